import { describe, it } from 'vitest';
import { artefact } from './support/artefacts.ts';
import { gateway } from './support/gateway.ts';
import { describeInBrowser } from './support/in-browser.ts';
import { SIZES, THEMES } from './support/looks.ts';

describeInBrowser('pictures of the page', (scene) => {
  describe.each(THEMES)('in %s', (colorScheme) => {
    it.each(SIZES)('at $width pixels show the list, a tunnel, and its past', async (viewport) => {
      const source = gateway(40);
      const { url } = await scene().serve(source);
      const page = await scene().open(url, { viewport, colorScheme });
      const shoot = (name: string) =>
        page.screenshot({ path: artefact(`${name}-${viewport.width}-${colorScheme}.png`) });
      await page.getByRole('link', { name: 'db-production' }).waitFor();
      await shoot('list');
      await page.getByRole('link', { name: 'db-production' }).click();
      await page.locator('.chart .is-active').first().waitFor();
      await page.getByRole('heading', { name: 'Why' }).waitFor();
      source.happen('db-production', 'poll');
      await page.locator('[data-state="running.probing"].is-active').first().waitFor();
      await shoot('now');
      await page.locator('.event', { hasText: 'backoff' }).first().click();
      await page.locator('.time-banner').waitFor();
      // The chart glides to where the state was.
      await page.waitForTimeout(450);
      await shoot('past');
      await page.getByRole('button', { name: 'All of the chart' }).click();
      await page
        .locator('.chart-pane')
        .screenshot({ path: artefact(`chart-${viewport.width}-${colorScheme}.png`) });
    });
  });
});
