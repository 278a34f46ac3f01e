import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { gateway } from './support/gateway.ts';
import { writeArtefact } from './support/artefacts.ts';
import { PATIENT } from '../e2e/support/embedded-scene.ts';
import { describeInBrowser } from './support/in-browser.ts';

const SECONDS = 4;
const EVENTS_A_SECOND = 50;
/** A row has a state, a last answer and a line of answers. All 100 rows made anew would be a hundred times as much. */
const CHANGES_OF_AN_EVENT = 4;

/** How much of the list of tunnels is changed over some seconds: attributes, texts and elements. */
const COUNT_CHANGES = `new Promise((resolve) => {
  let count = 0;
  const observer = new MutationObserver((changes) => (count += changes.length));
  for (const row of document.querySelectorAll('.row')) {
    observer.observe(row, { attributes: true, characterData: true, childList: true, subtree: true });
  }
  setTimeout(() => {
    observer.disconnect();
    resolve(count);
  }, ${SECONDS * 1000});
})`;

/** What each row says: its name, its state, its last answer. */
async function shownRows(page: Page): Promise<readonly string[]> {
  return page
    .locator('.row')
    .evaluateAll((rows) =>
      rows.map((row) =>
        ['.row-link', '.state-mark', '.spark-last']
          .map((part) => row.querySelector(part)?.textContent ?? '')
          .join(' '),
      ),
    );
}

function inWords(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

describeInBrowser('100 tunnels with 50 events a second', (scene) => {
  it('are all shown as they are in the end, each in its place; an event changes its own row only, and the page answers', async () => {
    const source = gateway(100);
    const { url } = await scene().serve(source);
    const page = await scene().open(`${url}&tunnel=db-production`);
    await page.locator('.row').nth(99).waitFor();
    await page.locator('.chart .is-active').first().waitFor();
    const order = await page.locator('.row-link').allInnerTexts();
    const quiet = await page.evaluate<number>(COUNT_CHANGES);

    const names = source.names().filter((name) => source.row(name)?.state === 'healthy');
    let given = 0;
    const timer = setInterval(() => {
      const name = names[(given >> 1) % names.length] ?? '';
      source.happen(
        name,
        given % 2 === 0 ? 'poll' : 'answer',
        given % 2 === 0 ? {} : { roundTripMs: 1000 + given },
      );
      given += 1;
    }, 1000 / EVENTS_A_SECOND);
    const busy = await page.evaluate<number>(COUNT_CHANGES);
    // While they go on: another tunnel is asked for, and shown.
    await page.locator('.row-link', { hasText: names[1]! }).first().click();
    await expect.poll(() => page.url(), PATIENT).toContain(encodeURIComponent(names[1]!));
    clearInterval(timer);
    writeArtefact('crowd.json', JSON.stringify({ given, changes: { quiet, busy } }));

    const expected = names.map((name) => {
      const { state = '', roundTripsMs = [] } = source.row(name) ?? {};
      return `${name} ${state} ${inWords(roundTripsMs.at(-1) ?? 0)}`;
    });
    await expect.poll(() => shownRows(page), PATIENT).toEqual(expect.arrayContaining(expected));
    expect(given).toBeGreaterThan(EVENTS_A_SECOND);
    expect(await page.locator('.row-link').allInnerTexts()).toEqual(order);
    expect(busy - quiet).toBeLessThan(given * CHANGES_OF_AN_EVENT);
  });
});
