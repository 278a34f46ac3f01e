import type { Page } from 'playwright-core';

/** Paths of the states that are lit. */
export function activeStates(page: Page): Promise<readonly string[]> {
  return attributes(page, '.chart [data-state].is-active', 'data-state');
}

/** Ids of the transitions that are shown as taken. */
export function takenTransitions(page: Page): Promise<readonly string[]> {
  return attributes(page, '.chart [data-transition].is-taken', 'data-transition');
}

async function attributes(page: Page, selector: string, name: string): Promise<readonly string[]> {
  const found = await page
    .locator(selector)
    .evaluateAll(
      (elements, attribute) => elements.map((each) => each.getAttribute(attribute) ?? ''),
      name,
    );
  return [...new Set<string>(found)].toSorted((one, other) => (one < other ? -1 : 1));
}
