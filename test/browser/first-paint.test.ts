import { expect, it } from 'vitest';
import { writeArtefact } from './support/artefacts.ts';
import { gateway } from './support/gateway.ts';
import { describeInBrowser } from './support/in-browser.ts';

describeInBrowser('the page', (scene) => {
  it('asks nobody but its own server for anything, and shows 100 tunnels', async () => {
    const { url, port } = await scene().serve(gateway(100));
    const page = await scene().open('about:blank');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(url);
    await page.locator('.row').nth(99).waitFor();
    const foreign = asked.filter((address) => !address.startsWith(`http://127.0.0.1:${port}/`));
    expect(foreign.filter((address) => !address.startsWith('data:'))).toEqual([]);
    const times = await page.evaluate(() => ({
      firstContentfulPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      loadedMs: performance.now(),
    }));
    expect(times.firstContentfulPaintMs).toBeDefined();
    writeArtefact('first-paint.json', JSON.stringify(times));
  });
});
