import { expect } from 'vitest';
import type { Plan } from './support/autossh-run.ts';
import type { Rules } from './support/targets.ts';
import { conformance, since14 } from './support/conformance.ts';

const line = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d [\w.-]+\[(\d+)\]: .+$/;
const ownLine = /^[\w.-]+\[(\d+)\]: .+$/;
const restarting: readonly Rules[] = ['1.4'];

/** [level, text, plan, rule sets]: words of the original that people search logs for. */
const lines: [level: 3 | 6 | 7, text: RegExp, plan: Plan, only?: readonly Rules[]][] = [
  [6, /: starting ssh \(count 1\)\n/, {}],
  [6, /: starting ssh \(count 1 of 3\)\n/, { env: { AUTOSSH_MAXSTART: '3' } }],
  [6, /: ssh child pid is \d+\n/, {}],
  [6, /: ssh exited with status 0; autossh exiting\n/, {}],
  [6, /: ssh exited with error status 255; restarting ssh\n/, { ssh: '255 3' }],
  [6, /: ssh exited with error status 1; restarting ssh\n/, { ssh: '1 3' }],
  [6, /: ssh exited on signal 1, restarting ssh\n/, { ssh: 'SIGHUP 3' }],
  [6, /: ssh exited on signal 9, restarting ssh\n/, { ssh: 'SIGKILL 3' }, restarting],
  [
    6,
    /: ssh exited with status 3; autossh exiting\n|remote command error status.* 3/,
    { ssh: '3' },
  ],
  [
    3,
    /: ssh exited prematurely with status 1; autossh exiting\n/,
    { env: { AUTOSSH_GATETIME: '30' }, ssh: '1' },
  ],
  [
    3,
    /: ssh exited prematurely with status 0; autossh exiting\n/,
    { env: { AUTOSSH_GATETIME: '30' } },
  ],
  [6, /: max start count reached; exiting\n/, { env: { AUTOSSH_MAXSTART: '1' }, ssh: '255' }],
  [6, /: port set to 0, monitoring disabled\n/, {}],
  [
    6,
    /: short poll time: adjusting net timeouts to 1000\n/,
    { args: '-M {P} host', env: { AUTOSSH_POLL: '2' } },
  ],
  [
    6,
    /: exceeded maximum time to live, shutting down\n/,
    { env: { AUTOSSH_MAXLIFETIME: '1' }, ssh: [{ runs: true }] },
    since14,
  ],
  [7, /: set alarm for 600 secs\n/, { args: '-M {P} host' }],
  [7, /: check on child \d+\n/, {}],
  [7, /: expired child, returning 1\n/, { ssh: '255 3' }],
  [7, /: expired child, returning 2\n/, {}],
  [7, /: expired child, returning 3\n/, { ssh: '3' }],
  [7, /: checking for grace period, tries = 0\n/, {}],
  [7, /: checking for grace period, tries = 1\n/, { ssh: '255 3' }],
];

/** [level, text, first ssh]: the same for heartbeats; the second ssh ends with 0. */
const beats: [level: 6 | 7, text: RegExp, ssh: object][] = [
  [6, /: port down, restarting ssh\n/, { relay: 'loop', faults: ['hole'] }],
  [7, /: connection ok\n/, { relay: 'loop', faults: ['good', 'close'] }],
  [6, /: timeout polling to accept read connection\n/, { relay: 'loop', faults: ['hole'] }],
];

/** [level, text, signal to the target] */
const signals: [level: 6 | 7, text: RegExp, signal: NodeJS.Signals][] = [
  [6, /: received signal to exit \(15\)\n/, 'SIGTERM'],
  [6, /: received signal to exit \(2\)\n/, 'SIGINT'],
  [6, /: signalled to kill and restart ssh\n/, 'SIGUSR1'],
];

conformance('12 log', (check) => {
  for (const [level, text, plan, only] of lines) {
    check(
      `LOG-3 LOG-5: level ${level} shows ${text.source}`,
      { ...(only && { only }) },
      async ({ launch }) => {
        const run = await launch({
          ...plan,
          env: { ...plan.env, AUTOSSH_LOGLEVEL: String(level) },
        });
        await run.waitForExit();
        expect(run.log()).toMatch(text);
      },
    );
  }

  for (const [level, text, ssh] of beats) {
    check(`LOG-3: level ${level} shows ${text.source}`, {}, async ({ launch }) => {
      const run = await launch({
        args: '-M {P} host',
        env: { AUTOSSH_POLL: '2', AUTOSSH_LOGLEVEL: String(level) },
        ssh: [{ runs: true, ...ssh }, {}],
      });
      expect(await run.waitForExit()).toBe(0);
      expect(run.log()).toMatch(text);
    });
  }

  for (const [level, text, signal] of signals) {
    check(`LOG-3: level ${level}, ${signal} shows ${text.source}`, {}, async ({ launch }) => {
      const run = await launch({
        env: { AUTOSSH_LOGLEVEL: String(level) },
        ssh: [{ runs: true }, {}],
      });
      await run.waitForSsh();
      run.signal(signal);
      await run.waitForExit();
      expect(run.log()).toMatch(text);
    });
  }

  check('LOG-3: the wait before a restart, level 6 or 7', {}, async ({ launch }) => {
    const run = await launch({ ssh: '255 255 255 255 255 255 0' });
    expect(await run.waitForExit()).toBe(0);
    expect(run.log()).toMatch(/: sleeping for grace time 2 secs\n/);
  });

  check('LOG-2: format, pid of the target, appended', {}, async ({ launch }) => {
    const shell = 'echo old >log; exec "$@"';
    const run = await launch({ env: { AUTOSSH_LOGLEVEL: '6' }, ssh: '255 255 0', shell });
    expect(await run.waitForExit()).toBe(0);
    const [old, ...rest] = run.log().split('\n');
    expect(old).toBe('old');
    expect(rest.pop()).toBe('');
    expect(rest.length).toBeGreaterThan(6);
    expect(rest.map((text) => line.exec(text)?.[1])).toEqual(rest.map(() => String(run.child.pid)));
  });

  check('LOG-2: with -f the pid of the background process', {}, async ({ launch }) => {
    const env = { AUTOSSH_LOGLEVEL: '6' };
    const run = await launch({ args: '-f -M 0 host', env, ssh: [{}] });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForNobody();
    const { ppid } = run.events('ssh.started')[0] ?? {};
    const about = run
      .log()
      .split('\n')
      .filter((text) => /starting ssh|ssh child pid|ssh exited/.test(text));
    expect(about.map((text) => line.exec(text)?.[1])).toEqual([ppid, ppid, ppid].map(String));
  });

  check('LOG-2: local time', {}, async ({ launch }) => {
    const run = await launch({ env: { TZ: 'Asia/Kolkata' } });
    expect(await run.waitForExit()).toBe(0);
    const [stamp = ''] = run.log().split(/ \S+\[/);
    const writtenAt = Date.parse(`${stamp.replaceAll('/', '-').replace(' ', 'T')}+05:30`);
    expect(Math.abs(writtenAt - Date.now())).toBeLessThan(600_000);
  });

  check('LOG-2: each line is there at once', {}, async ({ launch, errorExit }) => {
    const run = await launch({ ssh: [{ runs: true }] });
    const { pid } = await run.waitForEvent('ssh.started');
    await run.waitForLog(new RegExp(`ssh child pid is ${pid}\\n`));
    await run.waitForSsh();
    run.signal('SIGTERM');
    expect(await run.waitForExit()).toBe(errorExit);
  });

  for (const [level, shown, hidden] of [
    ['0', /^$/, /./],
    ['3', /^$/, /starting ssh/],
    ['6', /starting ssh/, /check on child|set alarm/],
    ['7', /check on child/, /^$/],
    [undefined, /starting ssh/, /check on child|set alarm/],
  ] as const) {
    check(`LOG-3 ENV-4: AUTOSSH_LOGLEVEL=${level}`, {}, async ({ launch }) => {
      const run = await launch({ env: { AUTOSSH_LOGLEVEL: level }, ssh: '255 0' });
      expect(await run.waitForExit()).toBe(0);
      expect(run.log()).toMatch(shown);
      expect(run.log()).not.toMatch(hidden);
    });
  }

  for (const value of ['1', '']) {
    check(
      `LOG-4 ENV-3: AUTOSSH_DEBUG="${value}" without a log file -> level 7 on stderr`,
      {},
      async ({ launch }) => {
        const env = { AUTOSSH_DEBUG: value, AUTOSSH_LOGLEVEL: '1', AUTOSSH_LOGFILE: undefined };
        const run = await launch({ env, ssh: '255 0' });
        expect(await run.waitForExit()).toBe(0);
        await run.waitForClosedStreams();
        const said = run.stderr().split('\n').slice(0, -1);
        expect(said.filter((text) => !ownLine.test(text))).toEqual([]);
        expect(run.stderr()).toMatch(/: check on child \d+\n/);
      },
    );
  }

  check('LOG-4: AUTOSSH_DEBUG with a log file -> only there', {}, async ({ launch }) => {
    const run = await launch({ env: { AUTOSSH_DEBUG: '1', AUTOSSH_LOGLEVEL: undefined } });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForClosedStreams();
    expect(run.stderr()).toBe('');
    expect(run.log()).toMatch(/: check on child \d+\n/);
  });

  check('LOG-1: without settings nothing on stdout and stderr', {}, async ({ launch }) => {
    const run = await launch({ env: { AUTOSSH_LOGFILE: undefined }, ssh: '255 0' });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForClosedStreams();
    expect([run.stdout(), run.stderr()]).toEqual(['', '']);
  });

  check('LOG-5: the log names the pid of ssh at each start', {}, async ({ launch }) => {
    const run = await launch({ ssh: [{ exit: 255 }, { signal: 'SIGHUP' }, {}] });
    expect(await run.waitForExit()).toBe(0);
    const named = [...run.log().matchAll(/ssh child pid is (\d+)\n/g)].map(([, pid]) =>
      Number(pid),
    );
    expect(named).toEqual(run.events('ssh.started').map(({ pid }) => pid));
  });
});
