import { fleetSource } from '@holdfast/inspector';
import { createRecorder } from '@holdfast/recording';
import { afterEach, expect, it } from 'vitest';
import { endScene, PATIENT, startLine, startServer } from '../e2e/support/embedded-scene.ts';
import { endFleets, makeFleet, tunnelTo } from '../e2e/support/fleet-scene.ts';
import { createRunFolder, removeRunFolders } from '../e2e/support/run-folder.ts';
import { describeInBrowser } from './support/in-browser.ts';

describeInBrowser('a real tunnel whose line freezes', (scene) => {
  afterEach(async () => {
    await endFleets();
    await endScene();
    await removeRunFolders();
  });

  it('is seen to die and to heal, and can be looked at again afterwards', async () => {
    const server = await startServer();
    const line = await startLine(server);
    const path = createRunFolder().file('recording.ndjson');
    const recorder = createRecorder({ path, program: '0.0.0' });
    const { fleet, reach, hear } = makeFleet(
      [tunnelTo(server, { name: 'db', pollMs: 400 }, line.port)],
      { inspect: recorder.inspect },
    );
    fleet.event$.subscribe((event) => recorder.hear(event));
    const source = fleetSource({
      fleet,
      title: 'a test',
      version: '0.0.0',
      recording: { path, flush: recorder.flush },
    });
    fleet.start(['db']);
    await reach('db', 'healthy');
    const { url } = await scene().serve(source);
    const page = await scene().open(`${url}&tunnel=db`);
    const mark = page.locator('.detail-head .state-mark');
    await expect.poll(() => mark.innerText(), PATIENT).toMatch(/healthy|probing/);

    line.freeze();
    await hear('db', 'stop.began');
    const failed = page
      .locator('.event', { hasText: 'heartbeat.missed' })
      .filter({ hasText: 'stopping' });
    await failed.waitFor();
    line.thaw();
    await hear('db', 'tunnel.proved', 2);
    await expect.poll(() => mark.innerText(), PATIENT).toMatch(/healthy|probing/);
    expect(await page.locator('.row').innerText()).toContain('dropped');

    await failed.click();
    await page.locator('[data-state="running.stopping"].is-active').first().waitFor();
    expect(
      await page.locator('[data-transition="running.probing#heartbeat.missed/1"].is-taken').count(),
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
    recorder.close();
  });
});
