import { expect, it } from 'vitest';
import { PATIENT } from '../e2e/support/embedded-scene.ts';
import { gateway } from './support/gateway.ts';
import { describeInBrowser } from './support/in-browser.ts';

/** How often the page asks for a frame in some seconds. */
const COUNT_FRAMES = `new Promise((resolve) => {
  const original = window.requestAnimationFrame;
  let count = 0;
  window.requestAnimationFrame = (callback) => {
    count += 1;
    return original.call(window, callback);
  };
  setTimeout(() => {
    window.requestAnimationFrame = original;
    resolve(count);
  }, 3000);
})`;

describeInBrowser('a page on which nothing happens', (scene) => {
  it('rests, but for its clock that ticks once a second', async () => {
    const { url } = await scene().serve(gateway(30));
    const page = await scene().open(`${url}&tunnel=db-production`);
    await page.getByRole('heading', { name: 'Why' }).waitFor();
    await page.locator('.chart .is-active').first().waitFor();
    await expect
      .poll(() => page.evaluate<number>('document.getAnimations().length'), PATIENT)
      .toBe(0);
    // A page that draws all the time asks for some 60 frames a second.
    expect(await page.evaluate<number>(COUNT_FRAMES)).toBeLessThan(15);
  });
});
