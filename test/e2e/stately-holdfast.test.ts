import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noChromium, startChromium } from './support/chromium.ts';
import { PATIENT } from './support/embedded-scene.ts';
import { createHoldfastScene, endHoldfastScenes, tunnelToml } from './support/holdfast.ts';

/** Stands in for https://stately.ai/inspect: keeps what it is told. */
const STANDS_IN = `<!doctype html><title>stands in</title><script>
  window.names = [];
  addEventListener('message', ({ data }) => window.names.push(data.name));
  parent.postMessage({ type: '@statelyai.connected' }, '*');
</script>`;

describe.skipIf(noChromium !== undefined)(`holdfast inspect --stately ${noChromium ?? ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterEach(endHoldfastScenes);
  afterAll(() => browser.close());

  test('gives a page of the supervisor that hands the tunnels that run to stately.ai, after a click', async () => {
    const scene = createHoldfastScene();
    scene.folder.writeScript('bin/ssh', 'exec sleep 60');
    const [db, web] = ['db', 'web'].map((name) => tunnelToml(name, 'gw', { heartbeat: 'none' }));
    scene.write(`${db}\n${web}`);
    await scene.up();
    const { status, stdout } = await scene.holdfast('inspect', '--stately', '--no-open');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/stately#token=[\w-]+\n$/);

    const page = await browser.newPage();
    await page.route('https://stately.ai/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: STANDS_IN }),
    );
    await page.goto(stdout.trim());
    await page.getByRole('button', { name: 'Send to stately.ai' }).click();
    const names = async () => {
      const stately = page.frames().find((frame) => frame.url() === 'https://stately.ai/inspect');
      return stately?.evaluate(() => (globalThis as unknown as { names: string[] }).names);
    };
    await expect.poll(names, PATIENT).toEqual(expect.arrayContaining(['fleet', 'db', 'web']));
    await page.close();
    expect((await scene.hello())?.program).toBe('holdfast');
  });
});
