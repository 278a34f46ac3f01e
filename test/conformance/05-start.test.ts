import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { AutosshRun } from './support/autossh-run.ts';
import { conformance, since14 } from './support/conformance.ts';
import { occupy } from './support/scenario.ts';

/** Makes the thing that cannot be executed. */
const notPrograms: Record<string, (path: string) => void> = {
  'is missing': () => {},
  'is a directory': (path) => mkdirSync(path),
  'is not executable': (path) => {
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o644);
  },
};

async function endBackground(run: AutosshRun): Promise<void> {
  const { ppid } = await run.waitForSsh();
  process.kill(ppid, 'SIGTERM');
  await run.waitForNobody();
}

conformance('5 start', (check) => {
  check(
    'RUN-2 G-3: ssh is a direct child in the same session, group and directory',
    {},
    async ({ launch, errorExit }) => {
      const run = await launch({ env: { CASE_A: 'x y', CASE_B: '' }, ssh: [{ runs: true }] });
      const ssh = await run.waitForSsh();
      const { pid } = run.child;
      expect(ssh).toMatchObject({
        ppid: pid,
        group: pid,
        session: pid,
        cwd: run.dir,
        env: { CASE_A: 'x y', CASE_B: '' },
      });
      run.signal('SIGTERM');
      expect(await run.waitForExit()).toBe(errorExit);
    },
  );

  check('RUN-2: stdin, stdout and stderr are passed through', {}, async ({ launch }) => {
    const run = await launch({
      stdin: 'one\ntwo\n',
      ssh: [{ stdout: 'out\n', stderr: 'err\n', cat: true }],
    });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForClosedStreams();
    expect([run.stdout(), run.stderr()]).toEqual(['out\none\ntwo\n', 'err\n']);
  });

  check('RUN-2: ssh sees the terminal', {}, async ({ launch }) => {
    // script(1) of util-linux gives the command a terminal of its own.
    const run = await launch({ ssh: [{}], shell: 'exec script -qec "$*" /dev/null' });
    expect(await run.waitForExit()).toBe(0);
    expect(run.events('ssh.started')[0]?.isTty).toBe(true);
  });

  check('RUN-3: -f returns 0 and releases the streams, ssh runs apart', {}, async ({ launch }) => {
    const run = await launch({ args: '-f -M 0 host', ssh: [{ runs: true }] });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForClosedStreams();
    const ssh = await run.waitForSsh();
    expect(ssh.fds).toMatchObject({ 0: '/dev/null', 1: '/dev/null', 2: '/dev/null' });
    expect(ssh.cwd).toBe('/');
    expect(ssh.session).not.toBe(run.child.pid);
    expect(ssh.ppid).not.toBe(run.child.pid);
    await endBackground(run);
  });

  check('RUN-3: -f restarts ssh as in the foreground', {}, async ({ launch }) => {
    const run = await launch({ args: '-M 0 -f host', ssh: '255 255 0' });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForNobody();
    expect(run.countStarts()).toBe(3);
  });

  check('RUN-4: -f sets the gate time to 0', { only: since14 }, async ({ launch }) => {
    const run = await launch({
      args: '-f -M 0 host',
      env: { AUTOSSH_GATETIME: '30' },
      ssh: '1 255 0',
    });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForNobody();
    expect(run.countStarts()).toBe(3);
  });

  check('RUN-4: -f leaves the gate time alone', { only: ['1.3'] }, async ({ launch }) => {
    const run = await launch({
      args: '-f -M 0 host',
      env: { AUTOSSH_GATETIME: '30' },
      ssh: '1 255 0',
    });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForNobody();
    expect(run.countStarts()).toBe(1);
  });

  check('RUN-5: ssh gets an empty signal mask and no ignored signals', {}, async ({ launch }) => {
    // grep as ssh: it tells about itself.
    const run = await launch({
      args: '-M 0 -e ^Sig[BI] /proc/self/status',
      env: { AUTOSSH_PATH: '/bin/grep' },
    });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForClosedStreams();
    expect(run.stdout()).toMatch(/^SigBlk:\t0{16}\nSigIgn:\t0{16}\n$/);
  });

  check('RUN-5 HB-7: ssh gets none of the sockets', {}, async ({ launch, errorExit }) => {
    const run = await launch({ args: '-M {P} host', ssh: [{ exit: 255 }, { exit: 3 }] });
    expect(await run.waitForExit()).toBe(errorExit);
    const [first, second] = run.events('ssh.started').map(({ fds }) => Object.entries(fds));
    const isSocket = ([fd, name]: [string, string]) => Number(fd) > 2 && name.startsWith('socket:');
    expect([...(first ?? []), ...(second ?? [])].filter(isSocket)).toEqual([]);
    expect(second).toBeDefined();
  });

  for (const [what, make] of Object.entries(notPrograms)) {
    for (const gate of ['0', '30']) {
      check(
        `RUN-6: ssh ${what}, gate time ${gate} -> one attempt, status 1`,
        { only: since14 },
        async ({ launch }) => {
          const run = await launch({
            env: { AUTOSSH_PATH: '{D}/thing', AUTOSSH_GATETIME: gate },
            shell: 'while [ ! -e made ]; do :; done; exec "$@"',
          });
          make(run.path('thing'));
          writeFileSync(run.path('made'), '');
          expect(await run.waitForExit()).toBe(1);
          expect(run.log().match(/starting ssh/g)).toHaveLength(1);
        },
      );
    }
  }

  check('RUN-6: no ssh program, gate time 30 -> ends', { only: ['1.3'] }, async ({ launch }) => {
    const run = await launch({ env: { AUTOSSH_PATH: '{D}/none', AUTOSSH_GATETIME: '30' } });
    expect(await run.waitForExit()).toBeOneOf([0, 1]);
  });

  check(
    'RUN-6: the ssh program vanishes before the second start -> status 1',
    { only: since14 },
    async ({ launch }) => {
      const run = await launch({ ssh: [{ runs: true, onTerm: 255 }] });
      const { pid } = await run.waitForSsh();
      rmSync(run.path('ssh'));
      process.kill(pid, 'SIGTERM');
      expect(await run.waitForExit()).toBe(1);
    },
  );

  for (const closed of ['<&-', '>&-', '2>&-', '<&- >&- 2>&-']) {
    check(`RUN-7: started with ${closed}`, {}, async ({ launch, errorExit }) => {
      const run = await launch({ args: '-M {P} host', ssh: '255 3', shell: `exec "$@" ${closed}` });
      expect(await run.waitForExit()).toBe(errorExit);
      expect(run.countStarts()).toBe(2);
    });
  }

  check(
    'RUN-1 PID-1: the read port is asked for before the pid file is written',
    { only: since14 },
    async ({ launch }) => {
      const run = await launch({
        args: '-M {P} host',
        env: { AUTOSSH_PIDFILE: '{D}/pid' },
        shell: 'echo old >pid; while [ ! -e made ]; do :; done; exec "$@"',
      });
      const release = await occupy(run.port + 1);
      writeFileSync(run.path('made'), '');
      expect(await run.waitForExit()).toBe(1);
      release();
      expect([run.countStarts(), run.read('pid')]).toEqual([0, 'old\n']);
    },
  );
});
