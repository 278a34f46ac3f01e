import { expect, it } from 'vitest';
import { cuttableLine } from './support/cuttable-line.ts';
import { gateway } from './support/gateway.ts';
import { describeInBrowser } from './support/in-browser.ts';

describeInBrowser('the connection', (scene) => {
  it('needs the token: without one the page says what to do', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(url.replace(/#.*/, ''));
    expect(await page.getByRole('alert').innerText()).toContain('needs a token');
    expect(await page.getByRole('main').innerText()).toContain('Run holdfast inspect again');
  });

  it('needs the right token: with another one the page says what to do, and stops asking', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(url.replace(/token=.*/, 'token=wrong'));
    await page.getByText('is wrong').waitFor();
    expect(await page.getByRole('main').innerText()).toContain('Run holdfast inspect again');
    expect(await page.locator('.row').count()).toBe(0);
    expect(scene().takeComplaints()).toEqual([expect.stringContaining('401')]);
  });

  it('takes the token out of the address, and works after a reload', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(url);
    await page.locator('.row').first().waitFor();
    expect(page.url()).not.toContain('token');
    await page.reload();
    await page.locator('.row').first().waitFor();
    expect(page.url()).not.toContain('token');
  });

  it('is tried again when it is lost, says so, and everything is as it is then', async () => {
    const source = gateway(6);
    const { url, port } = await scene().serve(source);
    const line = await cuttableLine(port);
    const page = await scene().open(
      url.replace(String(port), String(line.port)).concat('&tunnel=db-production'),
    );
    await page.locator('[data-state="running.healthy"].is-active').first().waitFor();
    await line.cut();
    await page.getByText('Connection lost, trying again').waitFor();
    expect(await page.getByRole('button', { name: 'Restart', exact: true }).isDisabled()).toBe(
      true,
    );
    source.happen('db-production', 'stop');
    await line.mend();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('[data-state="running.stopping"].is-active').first().waitFor();
    await page.locator('.event').first().getByText('told to stop').waitFor();
    await scene().closePages();
    await line.cut();
    expect(
      scene()
        .takeComplaints()
        .filter((text) => !/ERR_|Failed to load/.test(text)),
    ).toEqual([]);
  });

  it('is not tried again when the other side has ended, and says why', async () => {
    const { url, close } = await scene().serve(gateway(6));
    const page = await scene().open(url);
    await page.locator('.chart .is-active').first().waitFor();
    await page.getByRole('heading', { name: 'Why' }).waitFor();
    await close('the supervisor was stopped');
    await page.getByText('Ended: the supervisor was stopped').waitFor();
    expect(await page.locator('.row').count()).toBe(6);
  });

  it('holds though the tunnel of the address is gone', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(`${url}&tunnel=nowhere`);
    await page.getByText('nowhere is not in the list: it may have been removed.').waitFor();
    expect(await page.locator('.row').count()).toBe(6);
    scene().takeComplaints();
  });
});
