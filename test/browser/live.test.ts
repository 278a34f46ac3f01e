import { expect, it } from 'vitest';
import { gateway } from './support/gateway.ts';
import { scriptedSource } from './support/scripted-source.ts';
import { tellSwitch } from './support/stories.ts';
import { describeInBrowser } from './support/in-browser.ts';
import { activeStates, takenTransitions } from './support/lit-chart.ts';

const ASKING = ['running', 'running.probing', 'running.probing.asking'];

describeInBrowser('a tunnel that is watched', (scene) => {
  it('lights in its chart what the stream tells', async () => {
    const source = gateway(8);
    const { url } = await scene().serve(source);
    const page = await scene().open(`${url}&tunnel=db-production`);
    await page.locator('[data-state="running.healthy"].is-active').first().waitFor();
    const seen: unknown[] = [];
    for (const input of ['poll', 'miss', 'death', 'ended'] as const) {
      source.happen('db-production', input);
      const { active, taken } = source.row('db-production') ?? { active: [], taken: [] };
      await page
        .locator(`[data-state="${active.at(-1)}"].is-active`)
        .first()
        .waitFor();
      await page
        .locator(`[data-transition="${taken.at(-1)}"].is-taken`)
        .first()
        .waitFor({ state: 'attached' });
      seen.push([await activeStates(page), await takenTransitions(page)]);
    }
    expect(seen).toEqual([
      [ASKING, ['running.healthy#after pollTime/0']],
      [ASKING, ['running.probing.asking#heartbeat.missed/2']],
      [
        ['running', 'running.stopping', 'running.stopping.terminating'],
        ['running.probing.asking#heartbeat.missed/3'],
      ],
      [['backoff', 'backoff.waiting'], ['running.stopping#child.exited/4']],
    ]);
  });

  it('lights the way through doubt to a second ssh, and is told as suspect meanwhile', async () => {
    const source = scriptedSource();
    const tunnel = source.add('db', 'bastion');
    tellSwitch(tunnel, Date.now());
    const { url } = await scene().serve(source);
    const page = await scene().open(`${url}&tunnel=db`);
    await page.locator('[data-state="running.healthy"].is-active').first().waitFor();
    const note = page.locator('[data-row="db"]').getByText('suspect');
    const way: (string | undefined)[] = [];
    for (const input of ['poll', 'doubt', 'challenge', 'outvote', 'giveUp', 'switch'] as const) {
      source.happen('db', input);
      const { active = [], isSuspect } = source.row('db') ?? {};
      const inner = active.at(-1);
      await page.locator(`[data-state="${inner}"].is-active`).first().waitFor();
      await note.waitFor({ state: isSuspect === true ? 'visible' : 'detached' });
      way.push(inner);
    }
    expect(way).toEqual([
      'running.probing.asking',
      'running.probing.suspect.calling.asking',
      'running.probing.suspect.calling.trying',
      'running.probing.suspect.outvoted',
      'running.stopping.terminating',
      'running.unproven.connecting',
    ]);
  });

  it('says in words what may happen next, and shows each in the chart', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(`${url}&tunnel=db-production`);
    await page.locator('.next summary').click();
    const poll = page.getByRole('button', { name: /after pollTime if hasProbes → probing/ });
    await poll.focus();
    await page
      .locator('[data-transition="running.healthy#after pollTime/0"].is-pointed')
      .first()
      .waitFor();
    expect(await page.locator('.explanation').innerText()).toContain('healthy → probing');
  });

  it('tells its past as events, with sentences, and the newest comes by itself', async () => {
    const source = gateway(6);
    const { url } = await scene().serve(source);
    const page = await scene().open(`${url}&tunnel=db-production`);
    const events = page.locator('.event');
    await page
      .getByText('Ssh ended by SIGTERM.')
      .or(page.getByText('ssh ended by SIGTERM.'))
      .waitFor();
    const before = await events.count();
    source.happen('db-production', 'refused');
    await page.getByText('ssh ended with status 255: the host refused the connection.').waitFor();
    expect(await events.count()).toBe(before + 1);
    expect(await events.first().innerText()).toContain('child.exited');
  });

  it('is shown with what it is about: needs attention, degraded, the next start', async () => {
    const { url } = await scene().serve(gateway(6));
    const page = await scene().open(url);
    const row = (name: string) => page.locator(`[data-row="${name}"]`);
    await row('camera-north').getByText('needs attention').waitFor();
    await row('build-cache').getByText('degraded').waitFor();
    expect(await row('billing-api').innerText()).toMatch(
      /backoff[\s\S]*unreachable[\s\S]*in (59 min|1 h)/,
    );
  });
});
