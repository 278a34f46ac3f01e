import { expect, it } from 'vitest';
import { describeInBrowser } from './support/in-browser.ts';
import { scriptedSource } from './support/scripted-source.ts';

describeInBrowser('machines of a program of somebody else', (scene) => {
  it('are shown with the words of their own states, and without what only tunnels have', async () => {
    const source = scriptedSource({ kind: 'actors' });
    source.add('coffee', '').play('grant', Date.now());
    const drinking = {
      ...source,
      row: (name: string) => ({ ...source.row(name)!, state: 'drinking' }),
    };
    const { url } = await scene().serve(drinking);
    const page = await scene().open(`${url}&tunnel=coffee`);
    await page.locator('[data-state="running.unproven.connecting"].is-active').first().waitFor();
    expect(await page.locator('.detail-head .state-mark').innerText()).toBe('drinking');
    expect(await page.locator('.actions .button').count()).toBe(0);
    expect(await page.getByRole('table', { name: 'Actors' }).count()).toBe(1);
  });
});
