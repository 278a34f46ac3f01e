import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { PATIENT } from '../e2e/support/embedded-scene.ts';
import { gateway } from './support/gateway.ts';
import { describeInBrowser } from './support/in-browser.ts';

/** The name of what has the focus, and whether one sees that; no name if nothing has it. */
async function focused(
  page: Page,
): Promise<{ readonly name: string; readonly isVisible: boolean }> {
  const found = await page.locator(':focus').evaluateAll((elements) =>
    elements.map((element) => {
      const look = element.ownerDocument.defaultView;
      const outlines = [null, '::after'].map(
        (part) => look?.getComputedStyle(element, part).outlineStyle,
      );
      const label = element.getAttribute('aria-label') ?? (element.textContent || element.id);
      return { name: label, isVisible: outlines.some((style) => style !== 'none') };
    }),
  );
  return found[0] ?? { name: '', isVisible: false };
}

describeInBrowser('the keyboard alone', (scene) => {
  it('reaches everything, in the order in which it stands there, and one sees where it is', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(`${url}&tunnel=db-production`);
    await page.locator('.event').first().waitFor();
    const names: string[] = [];
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press('Tab');
      const { name, isVisible } = await focused(page);
      if (name === '') break;
      expect(`${name} ${isVisible ? 'is seen' : 'is not seen'}`).toBe(`${name} is seen`);
      names.push(name);
    }
    const landmarks = [
      'Help',
      'filter',
      'billing-api',
      'web-staging',
      'Restart',
      'Stop',
      'Probe now',
      'State chart of',
      'Larger',
      '5 min',
      'Moment',
    ];
    const found = landmarks.map((name) => names.findIndex((each) => each.startsWith(name)));
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((one, other) => one - other));
  });

  it('goes through the list with j and k, searches with /, and shows help with ?', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(`${url}&tunnel=billing-api`);
    const title = page.locator('#detail-title');
    await title.waitFor();
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'build-cache' }).waitFor();
    await page.keyboard.press('k');
    await page.getByRole('heading', { name: 'billing-api' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('needs-att');
    await expect
      .poll(() => page.locator('.row-link').allInnerTexts(), PATIENT)
      .toEqual(['camera-north']);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.row').count(), PATIENT).toBe(6);
    await page.locator('body').click({ position: { x: 400, y: 20 } });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Help' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Help' }).waitFor({ state: 'hidden' });
    expect(await title.innerText()).toBe('billing-api');
  });

  it('moves and zooms the chart', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(`${url}&tunnel=db-production`);
    const viewBox = async () =>
      ((await page.locator('svg.chart').getAttribute('viewBox')) ?? '').split(' ').map(Number);
    await page.locator('.chart .is-active').first().waitFor();
    await page.getByRole('group', { name: /^State chart of/ }).focus();
    const [, , followed = 0] = await viewBox();
    await page.keyboard.press('0');
    await expect.poll(async () => (await viewBox())[2], PATIENT).not.toBe(followed);
    const [, , whole = 0] = await viewBox();
    await page.keyboard.press('+');
    const [left = 0, , less = 0] = await viewBox();
    expect(less).toBeLessThan(whole);
    await page.keyboard.press('ArrowRight');
    expect((await viewBox())[0]).toBeGreaterThan(left);
    await page.keyboard.press('0');
    await expect.poll(async () => (await viewBox())[2], PATIENT).toBe(whole);
  });
});
