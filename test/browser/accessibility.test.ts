import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { gateway } from './support/gateway.ts';
import { describeInBrowser } from './support/in-browser.ts';
import { SIZES, THEMES } from './support/looks.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong: the rule, and where. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate<AxeResults>('axe.run()');
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
  );
}

describeInBrowser('axe finds nothing wrong', (scene) => {
  describe.each(THEMES)('in %s', (colorScheme) => {
    it.each(SIZES)('at $width pixels', async (viewport) => {
      const { url } = await scene().serve(gateway(12));
      const page = await scene().open(url, { viewport, colorScheme, reducedMotion: 'reduce' });
      await page.getByRole('link', { name: 'db-production' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('link', { name: 'db-production' }).click();
      await page.getByRole('heading', { name: 'Why' }).waitFor();
      await page.locator('.next summary').click();
      expect(await violations(page)).toEqual([]);
      await page.locator('.event', { hasText: 'stopping' }).first().click();
      await page.locator('.time-banner').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Restart', exact: true }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Help' }).waitFor();
      expect(await violations(page)).toEqual([]);
    });
  });

  it('where there is no token', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(url.replace(/#.*/, ''));
    expect(await violations(page)).toEqual([]);
  });
});

describeInBrowser('the narrowest phone', (scene) => {
  it('never scrolls sideways, and shows the list or a tunnel', async () => {
    const { url } = await scene().serve(gateway(12));
    const page = await scene().open(url, { viewport: { width: 360, height: 740 } });
    const isTooWide = () =>
      page
        .locator('html, body, .list-scroll, .detail')
        .evaluateAll((parts) =>
          parts.some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth),
        );
    await page.getByRole('link', { name: 'db-production' }).waitFor();
    expect(await isTooWide()).toBe(false);
    await page.getByRole('link', { name: 'db-production' }).click();
    await page.getByRole('heading', { name: 'Why' }).waitFor();
    expect(await page.locator('.list-pane').isVisible()).toBe(false);
    expect(await isTooWide()).toBe(false);
    await page.locator('.event').first().click();
    expect(await isTooWide()).toBe(false);
    await page.getByRole('link', { name: 'Back to the list' }).click();
    await page.locator('.list-pane').waitFor();
    expect(await page.locator('.detail').isVisible()).toBe(false);
  });
});
