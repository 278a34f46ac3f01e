import { expect } from 'vitest';
import type { AutosshRun, Plan } from './support/autossh-run.ts';
import { readProc } from './support/processes.ts';
import { type Scene, conformance, since14 } from './support/conformance.ts';

const ends = ['SIGTERM', 'SIGINT'] as const;
/** A first heartbeat soon, which then has 15 s for each step: it is on its way when a signal comes, also on a busy machine. */
const poll = { AUTOSSH_FIRST_POLL: '2', AUTOSSH_POLL: '30' };
const onPort = '-M {P} -N host';

/** Ends the target by SIGTERM, and so proves that it lived. */
async function expectAlive(run: AutosshRun, errorExit: number): Promise<void> {
  run.signal('SIGTERM');
  expect(await run.waitForExit()).toBe(errorExit);
}

/** Runs into the wait before the seventh start: 2 s with the default poll time, 200 s with one of 60000 s. */
async function launchWaiting({ launch }: Scene, plan: Plan = {}): Promise<AutosshRun> {
  const run = await launch({ ssh: '255 255 255 255 255 255 3', ...plan });
  await run.waitForLog(/sleeping for grace time/);
  return run;
}

conformance('9 signals', (check) => {
  for (const signal of ends) {
    check(
      `SIG-1: ${signal} -> SIGTERM to ssh, waits for its end, error exit`,
      {},
      async ({ launch, errorExit }) => {
        const run = await launch({ ssh: [{ runs: true, onTerm: { after: 600, exit: 255 } }] });
        await run.waitForSsh();
        run.signal(signal);
        expect(await run.waitForExit()).toBe(errorExit);
        expect(run.events('sigterm.received')).toHaveLength(1);
        expect(run.events('ssh.ended')).toMatchObject([{ status: 255 }]);
        expect(run.countStarts()).toBe(1);
      },
    );

    check(
      `SIG-1: ${signal} -> does not end before an ssh that ignores SIGTERM`,
      {},
      async ({ launch, errorExit }) => {
        const run = await launch({ ssh: [{ runs: true, onTerm: 'ignore' }] });
        const { pid } = await run.waitForSsh();
        run.signal(signal);
        await run.waitForEvent('sigterm.received');
        expect(run.hasEnded()).toBe(false);
        process.kill(pid, 'SIGKILL');
        expect(await run.waitForExit()).toBe(errorExit);
      },
    );

    check(
      `SIG-5: ${signal} during a heartbeat -> error exit`,
      {},
      async ({ launch, errorExit }) => {
        const run = await launch({
          args: onPort,
          env: poll,
          ssh: [{ runs: true, relay: 'loop', faults: ['hole'] }],
        });
        await run.waitForEvent('connection.accepted');
        run.signal(signal);
        expect(await run.waitForExit()).toBe(errorExit);
        expect(run.countStarts()).toBe(1);
      },
    );

    check(
      `SIG-6 BUG-5: ${signal} while waiting to restart -> error exit, no further ssh`,
      {},
      async (scene) => {
        const run = await launchWaiting(scene, { env: { AUTOSSH_PIDFILE: '{D}/pid' } });
        run.signal(signal);
        expect(await run.waitForExit()).toBe(scene.errorExit);
        expect(run.countStarts()).toBe(6);
        expect(run.read('pid')).toBe('');
      },
    );
  }

  check('SIG-1 BUG-13: a stopped ssh is woken up to end', {}, async ({ launch, errorExit }) => {
    const run = await launch({ ssh: [{ stops: true, lives: 100 }] });
    const { pid } = await run.waitForSsh();
    await run.until(() => /\) T /.test(readProc(pid, 'stat')), 'a stopped ssh');
    run.signal('SIGTERM');
    expect(await run.waitForExit()).toBe(errorExit);
  });

  check(
    'SIG-2 G-4: SIGUSR1 -> SIGTERM to ssh, waits for its end, restart',
    {},
    async ({ launch, errorExit }) => {
      const run = await launch({
        ssh: [{ runs: true }, { runs: true, onTerm: { after: 500, exit: 1 } }, { runs: true }],
      });
      for (const start of [1, 2]) {
        await run.waitForSsh(start);
        run.signal('SIGUSR1');
      }
      await run.waitForSsh(3);
      expect(run.events('sigterm.received').map(({ number }) => number)).toEqual([1, 2]);
      await expectAlive(run, errorExit);
      expect(run.countStarts()).toBe(3);
    },
  );

  check('SIG-2 LIM-1: SIGUSR1 at the last allowed start -> exit 0', {}, async ({ launch }) => {
    const run = await launch({
      env: { AUTOSSH_MAXSTART: '1' },
      ssh: [{ runs: true, onTerm: 255 }],
    });
    await run.waitForSsh();
    run.signal('SIGUSR1');
    expect(await run.waitForExit()).toBe(0);
    expect(run.countStarts()).toBe(1);
  });

  check('SIG-2: SIGUSR1 in the gate -> restart', {}, async ({ launch, errorExit }) => {
    const run = await launch({
      env: { AUTOSSH_GATETIME: '30' },
      ssh: [{ runs: true, onTerm: 255 }, { exit: 3 }],
    });
    await run.waitForSsh();
    run.signal('SIGUSR1');
    expect(await run.waitForExit()).toBe(errorExit);
    expect(run.countStarts()).toBe(2);
  });

  check('SIG-2 RUN-3: SIGUSR1 and SIGTERM to the background process', {}, async ({ launch }) => {
    const run = await launch({ args: '-f -M 0 host', ssh: [{ runs: true }] });
    const { ppid } = await run.waitForSsh();
    process.kill(ppid, 'SIGUSR1');
    expect((await run.waitForSsh(2)).ppid).toBe(ppid);
    process.kill(ppid, 'SIGTERM');
    await run.waitForNobody();
    expect(run.countStarts()).toBe(2);
  });

  for (const signals of [['SIGHUP'], ['SIGUSR2'], ['SIGHUP', 'SIGUSR2', 'SIGHUP']] as const) {
    check(
      `SIG-3: ${signals.join(', ')} while ssh runs -> nothing`,
      {},
      async ({ launch, errorExit }) => {
        const run = await launch({ args: onPort, ssh: [{ runs: true }] });
        for (const signal of signals) {
          await run.waitForSsh();
          run.signal(signal);
        }
        await run.waitForSsh();
        expect(run.events('sigterm.received')).toEqual([]);
        await expectAlive(run, errorExit);
        expect(run.countStarts()).toBe(1);
      },
    );
  }

  for (const signal of ['SIGHUP', 'SIGUSR2'] as const) {
    check(
      `SIG-3 BUG-11: ${signal} during a heartbeat -> nothing`,
      {},
      async ({ launch, errorExit }) => {
        const ssh = { runs: true, relay: 'loop', faults: ['delay', 'good'], delay: 700 } as const;
        const run = await launch({ args: onPort, env: poll, ssh: [ssh] });
        await run.waitForEvent('heartbeat.received');
        run.signal(signal);
        await run.waitForLog(/connection ok/);
        await expectAlive(run, errorExit);
        expect(run.countStarts()).toBe(1);
      },
    );
  }

  check(
    'SIG-3 BUG-15: SIGHUPs do not move the next heartbeat',
    {},
    async ({ launch, errorExit }) => {
      const run = await launch({ args: onPort, env: poll, ssh: [{ runs: true, relay: 'loop' }] });
      await run.waitForSsh();
      const prod = setInterval(() => run.hasEnded() || run.signal('SIGHUP'), 100);
      await run.waitForEvent('heartbeat.received').finally(() => clearInterval(prod));
      await expectAlive(run, errorExit);
    },
  );

  check(
    'SIG-4: SIGPIPE while ssh runs -> nothing',
    { only: since14 },
    async ({ launch, errorExit }) => {
      const run = await launch({ args: onPort, ssh: [{ runs: true }] });
      await run.waitForSsh();
      run.signal('SIGPIPE');
      await run.waitForSsh();
      await expectAlive(run, errorExit);
      expect(run.countStarts()).toBe(1);
    },
  );

  check('SIG-6 BUG-7: SIGHUP while waiting to restart -> next start at once', {}, async (scene) => {
    const run = await launchWaiting(scene, { env: { AUTOSSH_POLL: '60000' } });
    run.signal('SIGHUP');
    expect(await run.waitForExit()).toBe(scene.errorExit);
    expect(run.countStarts()).toBe(7);
    expect(run.startedAtMs(7) - run.startedAtMs(6)).toBeLessThan(200_000);
  });

  for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
    check(
      `SIG-6 BUG-7: ${signal} while waiting to restart -> survives and goes on`,
      {},
      async (scene) => {
        const run = await launchWaiting(scene);
        run.signal(signal);
        expect(await run.waitForExit()).toBe(scene.errorExit);
        expect(run.countStarts()).toBe(7);
      },
    );
  }

  for (const [rule, signal] of [
    ['SIG-7', 'SIGQUIT'],
    ['SIG-7', 'SIGABRT'],
    ['SIG-8', 'SIGKILL'],
  ] as const) {
    check(
      `${rule}: ${signal} -> dies by it, ssh is left alone`,
      { only: ['1.3', '1.4'] },
      async ({ launch }) => {
        const run = await launch({ ssh: [{ runs: true }] });
        const { pid } = await run.waitForSsh();
        run.signal(signal);
        run.isLeavingSsh = true;
        expect(await run.waitForExit()).toBe(signal);
        expect(await run.findProcesses()).toEqual([pid]);
        expect(run.events('sigterm.received')).toEqual([]);
      },
    );

    check(
      `${rule}: ${signal} -> dies by it, and takes ssh along`,
      { only: ['classic'] },
      async ({ launch }) => {
        const run = await launch({ ssh: [{ runs: true }] });
        await run.waitForSsh();
        run.signal(signal);
        expect(await run.waitForExit()).toBe(signal);
        await run.waitForNobody();
      },
    );
  }
});
