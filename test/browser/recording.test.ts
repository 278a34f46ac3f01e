import { expect, it } from 'vitest';
import { describeInBrowser } from './support/in-browser.ts';
import { scriptedSource } from './support/scripted-source.ts';
import { tellFreeze } from './support/stories.ts';

describeInBrowser('a recording', (scene) => {
  async function openRecording() {
    const source = scriptedSource({ kind: 'recording' });
    tellFreeze(source.add('db-production', 'deploy@bastion.example'), Date.UTC(2026, 2, 1, 5));
    const { url } = await scene().serve(source);
    const page = await scene().open(`${url}&tunnel=db-production`);
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await page.locator('.chart .is-active').first().waitFor();
    return page;
  }

  it('begins at its beginning, and nothing can be done to it', async () => {
    const page = await openRecording();
    await page.locator('[data-state="backoff"].is-active').first().waitFor();
    expect(await page.locator('.actions .button').count()).toBe(0);
    expect(await page.locator('.time-banner').count()).toBe(0);
    // They would be those of the end.
    expect(await page.locator('.count').count()).toBe(0);
    expect(await page.locator('.row-spark').innerText()).toContain('no answers yet');
    expect(await page.getByRole('status').first().innerText()).toBe('Recording');
  });

  it('is played to its end', async () => {
    const page = await openRecording();
    await page.getByRole('slider').focus();
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('600');
    await page.getByRole('slider').press('End');
    for (let press = 0; press < 3; press += 1) await page.getByRole('slider').press('ArrowLeft');
    await page.getByRole('button', { name: 'Play' }).click();
    await page.locator('[data-state="running.healthy"].is-active').first().waitFor();
    await page.getByRole('button', { name: 'Play' }).waitFor();
    const valueText = await page.getByRole('slider').getAttribute('aria-valuetext');
    expect(valueText).toMatch(/healthy$/);
  });
});
