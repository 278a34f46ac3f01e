import { expect, it } from 'vitest';
import { gateway } from './support/gateway.ts';
import { PATIENT } from '../e2e/support/embedded-scene.ts';
import { describeInBrowser } from './support/in-browser.ts';

describeInBrowser('the pointer', (scene) => {
  async function openChart() {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(`${url}&tunnel=db-production`, {
      viewport: { width: 1680, height: 1000 },
    });
    await page.locator('.chart .is-active').first().waitFor();
    const box = await page.locator('.chart-canvas').boundingBox();
    if (box === null) throw new Error('the chart is not to be seen');
    const viewBox = async () => {
      const written = (await page.locator('svg.chart').getAttribute('viewBox')) ?? '';
      const [x = 0, y = 0, width = 0] = written.split(' ').map(Number);
      return { x, y, width };
    };
    return { page, box, viewBox };
  }

  it('moves the chart by dragging it', async () => {
    const { page, box, viewBox } = await openChart();
    const before = await viewBox();
    await page.mouse.move(box.x + 60, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 110, box.y + 100, { steps: 5 });
    await page.mouse.up();
    const after = await viewBox();
    expect(after.x).toBeLessThan(before.x);
    expect(after.y).toBeLessThan(before.y);
    expect(after.width).toBe(before.width);
    await page.mouse.move(box.x + 200, box.y + 200);
    expect(await viewBox()).toEqual(after);
  });

  it('zooms the chart with the wheel', async () => {
    const { page, box, viewBox } = await openChart();
    const { width } = await viewBox();
    await page.mouse.move(box.x + 200, box.y + 200);
    await page.mouse.wheel(0, -240);
    await expect.poll(async () => (await viewBox()).width, PATIENT).toBeLessThan(width);
  });

  it('has a transition explained: what sets it off, on which condition, what it does', async () => {
    const { page } = await openChart();
    await page
      .locator('g.arrow[data-transition="running.healthy#after pollTime/1"]')
      .filter({ hasText: 'onTrial' })
      .hover();
    const card = page.locator('.explanation');
    expect((await card.innerText()).split('\n').filter(Boolean)).toEqual([
      'healthy → healthy',
      'when',
      'after pollTime',
      'only if',
      'onTrial',
      'does',
      'passTrial, tellLeftOut',
    ]);
  });
});
