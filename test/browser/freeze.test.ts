import { afterEach, expect, it } from 'vitest';
import { endScene, PATIENT, startLine, startServer } from '../e2e/support/embedded-scene.ts';
import { createHoldfastScene, endHoldfastScenes, tunnelToServer } from '../e2e/support/holdfast.ts';
import { openPage } from '../e2e/support/inspector.ts';
import { describeInBrowser } from './support/in-browser.ts';

describeInBrowser('a real tunnel whose line freezes', (scene) => {
  afterEach(async () => {
    await scene().closePages();
    await endHoldfastScenes();
    await endScene();
  });

  it('is seen to die and to heal on the page of its supervisor, and can be looked at again afterwards', async () => {
    const server = await startServer();
    const line = await startLine(server);
    const program = createHoldfastScene();
    const reachable = {
      destination: server.destination,
      clientArguments: () => server.clientArguments(line.port),
    };
    program.write(tunnelToServer('db', reachable, { poll: '400ms', patience: '5s' }));
    await program.up('--wait', '90s');
    const page = await scene().open(`${(await openPage(program)).url}&tunnel=db`);
    const mark = page.locator('.detail-head .state-mark');
    await expect.poll(() => mark.innerText(), PATIENT).toMatch(/healthy|probing/);

    line.freeze();
    // The path is down for a second ssh too: what is silent is kept until patience is over.
    await page.locator('[data-state="running.probing.suspect"].is-active').first().waitFor();
    const failed = page
      .locator('.event', { hasText: 'after patience' })
      .filter({ hasText: 'stopping' });
    await failed.waitFor();
    line.thaw();
    const tunnel = async () => (await program.status()).tunnels[0];
    await expect.poll(async () => (await tunnel())?.starts, PATIENT).toBe(2);
    await expect.poll(() => mark.innerText(), PATIENT).toMatch(/healthy|probing/);
    expect(await page.locator('.row').innerText()).toContain('dropped');

    await failed.click();
    await page.locator('[data-state="running.stopping"].is-active').first().waitFor();
    expect(
      await page.locator('[data-transition*="#after patience"].is-taken').count(),
    ).toBeGreaterThan(0);
    // A reload has it from the recording instead of the stream: each event is there once.
    await page.waitForURL(/&at=/);
    const streamed = await page.locator('.event-name').allInnerTexts();
    await page.reload();
    await page.locator('[data-state="running.stopping"].is-active').first().waitFor();
    expect(await failed.count()).toBe(1);
    expect((await page.locator('.event-name').allInnerTexts()).length).toBeGreaterThanOrEqual(
      streamed.length - 1,
    );
  });
});
