import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFleet, type Fleet } from '@holdfast/engine';
import {
  createStatelyRoutes,
  fleetSource,
  readPageFiles,
  serveInspector,
  statelyPageUrl,
  withStatelyPolicy,
  type InspectorServer,
  type StatelyFrame,
  type StatelyRoutes,
} from '@holdfast/inspector';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { specOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { PATIENT } from './support/embedded-scene.ts';
import { noChromium, startChromium } from './support/chromium.ts';
import { sshStandIn } from './support/fleet-scene.ts';
import { removeRunFolders } from './support/run-folder.ts';

const BUILD = fileURLToPath(
  new URL('../../packages/inspector/scripts/build-stately.mjs', import.meta.url),
);

/** Stands in for https://stately.ai/inspect: keeps what it is told, and says that it is ready when a test says so. */
const STANDS_IN = `<!doctype html><title>stands in</title>
<iframe src="https://evil.example/"></iframe>
<script>
  window.got = [];
  addEventListener('message', ({ origin, data }) => window.got.push({ origin, data }));
</script>`;

/** A page of somebody else, which says that it is Stately. */
const STRANGER = `<!doctype html><script>
  top.postMessage({ type: '@statelyai.connected' }, '*');
  window.hasSpoken = true;
</script>`;

interface Got {
  readonly origin: string;
  readonly data: StatelyFrame;
}

describe.skipIf(noChromium !== undefined)(
  `the page for Stately's inspector ${noChromium ?? ''}`,
  () => {
    let browser: Browser;
    let folder: string;
    let fleet: Fleet;
    let server: InspectorServer;
    let stately: StatelyRoutes;
    let page: Page;
    let problems: string[];
    let asked: string[];

    beforeAll(async () => {
      browser = await startChromium();
      folder = mkdtempSync(join(tmpdir(), 'holdfast-stately-'));
      execFileSync(process.execPath, [BUILD, join(folder, 'page')]);
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
      await removeRunFolders();
    });

    beforeEach(async () => {
      const ssh = sshStandIn('exec sleep 600');
      const options = ['-i', '/home/me/.ssh/secret_key'];
      const tunnels = ['db', 'web'].map((name) =>
        specOf({ name, host: 'bastion', heartbeat: 'none', options }),
      );
      fleet = createFleet({ tunnels, runtimeDir: join(folder, 'run'), ssh });
      stately = createStatelyRoutes({
        actors: () => fleet.actors().values(),
        inspect: (observer) => fleet.inspect(observer),
      });
      const files = withStatelyPolicy(readPageFiles(join(folder, 'page')));
      server = await serveInspector(fleetSource({ fleet, title: 'a test', version: '1.2.3' }), {
        files,
        routes: stately.routes,
      });
      page = await browser.newPage();
      watchPage();
      await page.route('https://stately.ai/**', (route) =>
        route.fulfill({ contentType: 'text/html', body: STANDS_IN }),
      );
      await page.route('https://evil.example/**', (route) =>
        route.fulfill({ contentType: 'text/html', body: STRANGER }),
      );
    });
    afterEach(async () => {
      await page.close();
      await server.close();
      await fleet.close();
    });

    function watchPage() {
      problems = [];
      asked = [];
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('request', (request) => {
        const { origin, pathname } = new URL(request.url());
        asked.push(origin === new URL(server.url).origin ? pathname : `${origin}${pathname}`);
      });
    }

    /** Stately's page, as soon as it is there with the stranger in it. */
    async function statelyPage(): Promise<Frame> {
      const frameOf = (url: string) => page.frames().find((each) => each.url().startsWith(url));
      const hasSpoken = () =>
        frameOf('https://evil.example/')?.evaluate(() => 'hasSpoken' in globalThis) ?? false;
      await expect.poll(hasSpoken, PATIENT).toBe(true);
      return frameOf('https://stately.ai/inspect')!;
    }

    const got = (stately: Frame) =>
      stately.evaluate(() => (globalThis as unknown as { got: Got[] }).got);
    const connect = (stately: Frame) =>
      stately.evaluate("parent.postMessage({ type: '@statelyai.connected' }, '*')");
    const state = (name: string) =>
      fleet.status().tunnels.find((tunnel) => tunnel.name === name)?.state;
    const click = (name: string) => page.getByRole('button', { name }).click();
    const says = (sentence: string) =>
      expect.poll(() => page.getByRole('status').textContent(), PATIENT).toBe(sentence);

    test('loads and sends nothing before the click, and says what will be sent to whom', async () => {
      await page.goto(statelyPageUrl(server.url));
      await says('Not sending.');
      const what = await page.locator('#what').innerText();
      expect(what).toContain('the names of your tunnels');
      expect(what).toContain('https://stately.ai');
      expect(
        asked.filter((each) => each.includes('stately.ai') || each.startsWith('/api/')),
      ).toEqual([]);
      expect(page.url()).toBe(`${new URL(server.url).origin}/stately`);
      expect(problems).toEqual([]);
    });

    test('hands frames to stately.ai after it has said that it is ready, and to nobody before or else', async () => {
      fleet.start(['db', 'web']);
      await expect
        .poll(() => [state('db'), state('web')], PATIENT)
        .toEqual(['connecting', 'connecting']);
      await page.goto(statelyPageUrl(server.url));
      await click('Send to stately.ai');
      const theirs = await statelyPage();
      await page.evaluate("postMessage({ type: '@statelyai.connected' }, '*')");
      // A message of ours comes after those of the strangers.
      await page.evaluate(
        "new Promise((done) => { addEventListener('message', done); postMessage(0, '*'); })",
      );
      expect(asked).not.toContain('/api/stately');

      await connect(theirs);
      await says('Sending to stately.ai.');
      await expect.poll(async () => (await got(theirs)).length, PATIENT).toBe(7);
      await fleet.stop(['db']);
      await expect
        .poll(async () => (await got(theirs)).at(-1)?.data, PATIENT)
        .toMatchObject({ type: '@xstate.snapshot' });
      const frames = await got(theirs);
      expect(new Set(frames.map(({ origin }) => origin))).toEqual(
        new Set([new URL(server.url).origin]),
      );
      expect(
        frames.slice(0, 7).map(({ data }) => 'name' in data && [data.type, data.name]),
      ).toEqual(
        ['fleet', 'db', 'sshChild', 'heartbeat', 'web', 'sshChild', 'heartbeat'].map((name) => [
          '@xstate.actor',
          name,
        ]),
      );
      expect(JSON.stringify(frames)).not.toContain('secret_key');
      expect(problems).toEqual([]);
    });

    test('tells everything anew to a page of Stately that was loaded anew', async () => {
      fleet.start(['db']);
      await expect.poll(() => state('db'), PATIENT).toBe('connecting');
      await page.goto(statelyPageUrl(server.url));
      await click('Send to stately.ai');
      const first = await statelyPage();
      await connect(first);
      await expect.poll(async () => (await got(first)).length, PATIENT).toBe(4);
      await first.evaluate('location.reload()').catch(() => undefined);
      await first.waitForFunction(
        () => (globalThis as unknown as { got?: Got[] }).got?.length === 0,
      );
      const second = await statelyPage();
      await connect(second);
      await expect.poll(async () => (await got(second)).length, PATIENT).toBe(4);
    });

    test('stops when it is told to: the frame goes, and nobody watches the fleet any more', async () => {
      await page.goto(statelyPageUrl(server.url));
      await click('Send to stately.ai');
      await connect(await statelyPage());
      await says('Sending to stately.ai.');
      await click('Stop sending');
      await says('Not sending.');
      expect(await page.locator('iframe').count()).toBe(0);
      await expect.poll(() => stately.readers(), PATIENT).toBe(0);
    });

    test('without the right token it says what to do, and no frame leaves', async () => {
      await page.goto(`${new URL(server.url).origin}/stately#token=wrong`);
      await click('Send to stately.ai');
      const theirs = await statelyPage();
      await connect(theirs);
      await says('The token is missing or wrong: open the page with holdfast inspect --stately.');
      expect(await got(theirs)).toEqual([]);
    });

    test('only this page may show Stately, and Stately only', async () => {
      const policyOf = async (path: string) =>
        (await fetch(new URL(path, server.url))).headers.get('content-security-policy');
      expect(await policyOf('/stately')).toContain('frame-src https://stately.ai');
      expect(await policyOf('/assets/stately.js')).not.toContain('stately.ai');
    });
  },
);
