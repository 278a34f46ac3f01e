import { rmSync } from 'node:fs';
import { expect } from 'vitest';
import { conformance, since14 } from './support/conformance.ts';
import type { Plan } from './support/autossh-run.ts';

const only = since14;
const env = { AUTOSSH_PIDFILE: '{D}/pid' };

/** [case, plan, status]: ends by decision of the target, after which the file is gone. */
const exits: [title: string, plan: Plan, status: number][] = [
  ['exit 0', { env }, 0],
  ['error exit', { env, ssh: '3' }, 1],
  ['premature end', { env: { ...env, AUTOSSH_GATETIME: '30' }, ssh: '255' }, 1],
  ['AUTOSSH_MAXSTART reached', { env: { ...env, AUTOSSH_MAXSTART: '2' }, ssh: '255' }, 0],
  [
    'AUTOSSH_MAXLIFETIME reached',
    { env: { ...env, AUTOSSH_MAXLIFETIME: '2' }, ssh: [{ runs: true }] },
    0,
  ],
  ['ssh cannot be executed', { env: { ...env, AUTOSSH_PATH: '{D}/none' } }, 1],
  ['background', { args: '-f -M 0 host', env }, 0],
];

conformance('11 pid file', (check) => {
  check(
    'PID-1 PID-3: there before ssh, pid and newline, old text gone; removed at the end',
    { only },
    async ({ launch }) => {
      const shell = 'echo 99999999 of an older and longer life >pid; exec "$@"';
      const run = await launch({ env, ssh: [{ runs: true }], shell });
      await run.waitForStarts(1);
      expect(run.read('pid')).toBe(`${run.child.pid}\n`);
      await run.waitForSsh();
      run.signal('SIGTERM');
      expect(await run.waitForExit()).toBe(1);
      expect(run.exists('pid')).toBe(false);
    },
  );

  check('PID-2: with -f the pid of the background process', { only }, async ({ launch }) => {
    const run = await launch({ args: '-f -M 0 host', env, ssh: [{ runs: true }] });
    expect(await run.waitForExit()).toBe(0);
    const { ppid } = await run.waitForSsh();
    expect(run.read('pid')).toBe(`${ppid}\n`);
    process.kill(ppid, 'SIGTERM');
    await run.waitForNobody();
    expect(run.exists('pid')).toBe(false);
  });

  check(
    'PID-2: with -f a relative path does not mean the old directory',
    { only },
    async ({ launch }) => {
      const run = await launch({
        args: '-f -M 0 host',
        env: { AUTOSSH_PIDFILE: 'no-such-dir/pid' },
        shell: 'mkdir no-such-dir; exec "$@"',
      });
      expect(await run.waitForExit()).toBe(0);
      await run.waitForNobody();
      expect(run.countStarts()).toBe(0);
    },
  );

  check(
    'PID-1: without -f a relative path is in the current directory',
    { only },
    async ({ launch }) => {
      const run = await launch({ env: { AUTOSSH_PIDFILE: 'pid' }, ssh: [{ runs: true }] });
      await run.waitForSsh();
      expect(run.read('pid')).toBe(`${run.child.pid}\n`);
      run.signal('SIGTERM');
      expect(await run.waitForExit()).toBe(1);
    },
  );

  for (const [title, plan, status] of exits) {
    check(`PID-3: ${title} -> removed`, { only }, async ({ launch }) => {
      const run = await launch(plan);
      expect(await run.waitForExit()).toBe(status);
      await run.waitForNobody();
      expect(run.exists('pid')).toBe(false);
    });
  }

  check('PID-3: kept over a restart', { only }, async ({ launch }) => {
    const run = await launch({ env, ssh: [{ exit: 255 }, { runs: true }] });
    await run.waitForSsh(2);
    expect(run.read('pid')).toBe(`${run.child.pid}\n`);
    run.signal('SIGTERM');
    expect(await run.waitForExit()).toBe(1);
  });

  check('PID-3: taken away by somebody else meanwhile -> no harm', { only }, async ({ launch }) => {
    const run = await launch({ env, ssh: [{ runs: true, onTerm: 0 }] });
    const { pid } = await run.waitForSsh();
    rmSync(run.path('pid'));
    process.kill(pid, 'SIGTERM');
    expect(await run.waitForExit()).toBe(0);
  });

  check('PID-3: SIGKILL -> stays', { only }, async ({ launch }) => {
    const run = await launch({ env, ssh: [{ runs: true }] });
    await run.waitForSsh();
    run.isLeavingSsh = true;
    run.signal('SIGKILL');
    expect(await run.waitForExit()).toBe('SIGKILL');
    expect(run.exists('pid')).toBe(true);
  });

  for (const path of ['{D}/none/pid', '{D}']) {
    for (const [args, status] of [
      ['-M 0 host', 1],
      ['-f -M 0 host', 0],
    ] as const) {
      check(
        `PID-4: cannot be written (${path}), ${args} -> ${status}, no ssh`,
        { only },
        async ({ launch }) => {
          const run = await launch({ args, env: { AUTOSSH_PIDFILE: path } });
          expect(await run.waitForExit()).toBe(status);
          await run.waitForNobody();
          expect(run.countStarts()).toBe(0);
        },
      );
    }
  }

  check('PID-1: unknown to 1.3', { only: ['1.3'] }, async ({ launch }) => {
    const run = await launch({ env, ssh: [{ exit: 0 }], shell: 'echo old >pid; exec "$@"' });
    expect(await run.waitForExit()).toBe(0);
    expect(run.read('pid')).toBe('old\n');
  });
});
