import { expect, it } from 'vitest';
import { gateway } from './support/gateway.ts';
import { describeInBrowser } from './support/in-browser.ts';

describeInBrowser('the colours', (scene) => {
  it('are those of the system, until others are chosen; that is remembered', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(url, { colorScheme: 'dark' });
    const ground = () =>
      page
        .locator('body')
        .evaluate((body) => body.ownerDocument.defaultView?.getComputedStyle(body).backgroundColor);
    await page.locator('.row').first().waitFor();
    const dark = await ground();
    await page.getByRole('button', { name: /^Colours: as the system/ }).click();
    await page.getByRole('button', { name: /^Colours: light/ }).waitFor();
    const light = await ground();
    expect(light).not.toBe(dark);
    await page.reload();
    await page.getByRole('button', { name: /^Colours: light/ }).click();
    expect(await ground()).toBe(dark);
  });
});
