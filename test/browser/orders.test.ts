import { InspectorError } from '@holdfast/inspector';
import { expect, it } from 'vitest';
import { gateway } from './support/gateway.ts';
import { describeInBrowser } from './support/in-browser.ts';

describeInBrowser('orders', (scene) => {
  async function openDatabase(source: ReturnType<typeof gateway>) {
    const { url } = await scene().serve(source);
    const page = await scene().open(`${url}&tunnel=db-production`);
    await page.locator('.chart .is-active').first().waitFor();
    return page;
  }

  it.each(['Restart', 'Stop'])(
    '%s is asked about first, and given when it is meant',
    async (label) => {
      const source = gateway(6);
      const page = await openDatabase(source);
      await page.getByRole('button', { name: label, exact: true }).click();
      const dialog = page.getByRole('dialog', { name: `${label} db-production?` });
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'hidden' });
      expect(source.orders).toEqual([]);
      await page.getByRole('button', { name: label, exact: true }).click();
      await dialog.getByRole('button', { name: label }).click();
      await page.getByRole('status').filter({ hasText: 'db-production.' }).waitFor();
      expect(source.orders).toEqual([{ name: 'db-production', action: label.toLowerCase() }]);
    },
  );

  it('a probe is given at once', async () => {
    const source = gateway(6);
    const page = await openDatabase(source);
    await page.getByRole('button', { name: 'Probe now' }).click();
    await page.getByText('Probing db-production.').waitFor();
    expect(source.orders).toEqual([{ name: 'db-production', action: 'probe' }]);
  });

  it('only what makes sense in a state can be given', async () => {
    const source = gateway(6);
    const page = await openDatabase(source);
    await page.getByRole('link', { name: 'grafana' }).click();
    await page.getByRole('heading', { name: 'grafana' }).waitFor();
    const enabled = await page.locator('.actions > .button:enabled').allInnerTexts();
    expect(enabled).toEqual(['Start']);
  });

  it('nothing can be given while the past is shown', async () => {
    const page = await openDatabase(gateway(6));
    await page.locator('.event', { hasText: 'backoff' }).first().click();
    await page.locator('.time-banner').waitFor();
    expect(await page.locator('.actions > .button:enabled').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.locator('.actions > .button:enabled').first().waitFor();
  });

  it('a refusal is told in the words of the server', async () => {
    const refuse = () => {
      throw new InspectorError('gone', 'the supervisor is about to end');
    };
    const page = await openDatabase(gateway(6, { onOrder: refuse }));
    await page.getByRole('button', { name: 'Probe now' }).click();
    await page
      .getByText('Could not probe db-production: the supervisor is about to end.')
      .waitFor();
    // The browser writes down each answer of that kind.
    expect(scene().takeComplaints()).toEqual([expect.stringContaining('410')]);
  });
});
