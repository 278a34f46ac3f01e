import { expect, it } from 'vitest';
import { PATIENT } from '../e2e/support/embedded-scene.ts';
import { gateway } from './support/gateway.ts';
import { describeInBrowser } from './support/in-browser.ts';
import { activeStates, takenTransitions } from './support/lit-chart.ts';

describeInBrowser('time travel', (scene) => {
  async function openDatabase() {
    const madeAtMs = Date.now();
    const source = gateway(8);
    const { url } = await scene().serve(source);
    const page = await scene().open(`${url}&tunnel=db-production`);
    await page.locator('[data-state="running.healthy"].is-active').first().waitFor();
    await page.locator('.event').first().waitFor();
    return { source, page, url, madeAtMs };
  }

  it('goes from event to event with the arrow keys of the slider, and back to now with Escape', async () => {
    const { page } = await openDatabase();
    const slider = page.getByRole('slider', { name: 'Moment' });
    await slider.focus();
    for (const state of ['probing', 'connecting', 'backoff', 'stopping']) {
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => slider.getAttribute('aria-valuetext'), PATIENT).toMatch(`, ${state}`);
      expect(await page.locator('.detail-head .state-mark').innerText()).toBe(state);
    }
    await page.keyboard.press('Escape');
    await page.locator('.time-banner').waitFor({ state: 'detached' });
    await expect
      .poll(() => slider.getAttribute('aria-valuetext'), PATIENT)
      .toMatch(/^now, healthy/);
  });

  it('shows the chart, the facts and the reasons as they were, by a click in the timeline', async () => {
    const { page, madeAtMs } = await openDatabase();
    const box = await page.getByRole('slider').boundingBox();
    if (box === null) throw new Error('the timeline is not to be seen');
    // Three minutes before the gateway was made, of five, a freeze began; ten seconds of backoff followed.
    const agoSeconds = 172 + (Date.now() - madeAtMs) / 1000;
    const inside = box.x + 6 + (box.width - 12) * ((300 - agoSeconds) / 300);
    await page.mouse.click(inside, box.y + 30);
    await page.locator('.time-banner').waitFor();
    await page.locator('[data-state="backoff.waiting"].is-active').first().waitFor();
    expect(await takenTransitions(page)).toEqual(['running.stopping#child.exited/4']);
    expect(await page.locator('.facts').innerText()).toMatch(/Missed probes\s+2/);
    expect(await page.locator('.why').innerText()).toContain(
      'The server did not answer two probes (dropped).',
    );
    expect(await page.locator('.detail-head .state-mark').innerText()).toBe('backoff');
  });

  it('goes on with the list meanwhile, and does not slide away', async () => {
    const { page, source } = await openDatabase();
    await page.locator('.event', { hasText: 'backoff' }).first().click();
    await page.locator('[data-state="backoff"].is-active').first().waitFor();
    const banner = await page.locator('.time-banner').innerText();
    source.happen('db-production', 'stop');
    await page.locator('[data-row="db-production"]').getByText('stopping').waitFor();
    expect(await page.locator('.time-banner').innerText()).toBe(banner);
    expect(await activeStates(page)).toEqual(['backoff', 'backoff.waiting']);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.locator('[data-state="running.stopping"].is-active').first().waitFor();
  });

  it('leads to a moment by a link, without the token in it', async () => {
    const { page, url } = await openDatabase();
    await page.locator('.event', { hasText: 'stopping' }).first().click();
    await page.waitForURL(/#tunnel=db-production&at=/);
    const fragment = new URL(page.url()).hash;
    expect(fragment).not.toContain('token');
    const other = await scene().open(`${url}&${fragment.slice(1)}`);
    await other.locator('[data-state="running.stopping"].is-active').first().waitFor();
    expect(await other.locator('.time-banner').innerText()).toContain('As it was at');
  });
});
