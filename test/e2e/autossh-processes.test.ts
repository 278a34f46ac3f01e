import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import {
  autosshCommand,
  endRuns,
  type Settings,
  startAutossh,
  type StartedRun,
  startRun,
} from './support/autossh.ts';
import { endScene, PATIENT, startReadPort, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { factsOf, listeningPorts } from './support/process-facts.ts';
import { createRunFolder, type RunFolder } from './support/run-folder.ts';

afterEach(async () => {
  await endRuns();
  await endScene();
});

const NO_MONITOR = ['-M', '0', 'host'];

/** Keeps the test of a long line of runs within its time, and two processors busy. */
const AT_ONCE = 5;
const RUNS = 25;

/** Until when the program is certainly up, on an idle machine. */
const START_UP_MS = 300;

/** Two signals that come sooner after each other count as one. */
const LATER_MS = 250;

/** How long a debugger may stay open. */
const DEBUGGER_GONE_MS = 1000;

/** Starts autossh on a shell script in place of ssh. */
function startOnScript(
  script: readonly string[],
  settings: Settings = {},
  words: readonly string[] = NO_MONITOR,
  folder: RunFolder = createRunFolder(),
): StartedRun {
  const AUTOSSH_PATH = folder.writeScript('ssh', ...script);
  return startAutossh(words, { AUTOSSH_PATH, ...settings }, folder);
}

/** An ssh that connects to nowhere, and stays. */
const STAYS = ['exec sleep 1000'];
const IGNORES_TERM = [`trap '' TERM`, ...STAYS];
/** For Node: what takes 5 s, the time that ssh has to go, takes more than a day. */
const GRACE_NEVER_ENDS = `const { setTimeout } = globalThis;
  globalThis.setTimeout = (act, ms, ...words) => setTimeout(act, ms === 5000 ? 1e8 : ms, ...words);`;
const FAILS = ['echo cannot connect >&2', 'exit 255'];
/** More than any pipe holds. */
const TALKS = ['head -c 1000000 /dev/zero >&2', 'exit 255'];

async function waitForSsh(run: StartedRun) {
  await expect.poll(() => run.sshPid, PATIENT).toBeGreaterThan(0);
  await expect.poll(() => factsOf(run.sshPid).words[0], PATIENT).toBe('sleep');
}

async function expectNothingLeft({ folder }: Pick<StartedRun, 'folder'>) {
  await expect.poll(() => folder.processes(), PATIENT).toEqual([]);
}

describe('the end of autossh', () => {
  test('is reached when ssh is stopped', async () => {
    const server = await startServer();
    const run = startAutossh(['-M', '0', ...server.clientArguments(), '-N', server.destination]);
    await expect.poll(() => server.connections, PATIENT).toBe(1);
    process.kill(run.sshPid, 'SIGSTOP');
    run.signal('SIGTERM');
    expect(await run.ended).toBe(1);
    expect(run.folder.processes()).toEqual([]);
  });

  test('is reached by SIGKILL when ssh ignores SIGTERM', async () => {
    const run = startOnScript(IGNORES_TERM);
    await waitForSsh(run);
    const { sshPid } = run;
    run.signal('SIGTERM');
    expect(await run.ended).toBe(1);
    expect(run.log).toContain(`ssh (pid ${sshPid}) does not end, sending SIGKILL`);
    expect(run.folder.processes()).toEqual([]);
  });

  test('is reached by a second signal, which waits for no grace time', async () => {
    const folder = createRunFolder();
    const preload = folder.file('no-grace-time.cjs');
    writeFileSync(preload, GRACE_NEVER_ENDS);
    const settings = { NODE_OPTIONS: `--require ${preload}` };
    const run = startOnScript(IGNORES_TERM, settings, NO_MONITOR, folder);
    await waitForSsh(run);
    const { sshPid } = run;
    run.signal('SIGTERM');
    await expect.poll(() => run.log, PATIENT).toContain('received signal to exit');
    // Until one is heard as another: a busy machine can hear the first so late that the next counts as the same.
    const again = setInterval(() => run.signal('SIGTERM'), LATER_MS);
    expect(await run.ended.finally(() => clearInterval(again))).toBe(1);
    expect(run.log).toContain(`ssh (pid ${sshPid}) does not end, sending SIGKILL`);
    expect(run.folder.processes()).toEqual([]);
  });

  test.skipIf(!existsSync('/usr/bin/setpriv'))(
    'by SIGKILL takes ssh along where there is setpriv',
    async () => {
      const server = await startServer();
      const run = startAutossh(['-M', '0', ...server.clientArguments(), '-N', server.destination]);
      await expect.poll(() => server.connections, PATIENT).toBe(1);
      run.signal('SIGKILL');
      expect(await run.ended).toBe('SIGKILL');
      await expectNothingLeft(run);
    },
  );

  test.each([
    ['an exception', `throw new Error('a bug')`],
    ['a rejection', `void Promise.reject(new Error('a bug'))`],
  ])('by %s that nobody catches leaves nothing behind', async (_title, bug) => {
    const folder = createRunFolder();
    const preload = folder.file('bug.cjs');
    writeFileSync(preload, `process.on('SIGWINCH', () => { ${bug}; });`);
    const settings = {
      NODE_OPTIONS: `--require ${preload}`,
      AUTOSSH_PIDFILE: folder.file('pid'),
      AUTOSSH_AGENT: 'yes',
    };
    const run = startOnScript(IGNORES_TERM, settings, NO_MONITOR, folder);
    await waitForSsh(run);
    run.signal('SIGWINCH');
    expect(await run.ended).toBe(1);
    await expect.poll(() => run.stderr, PATIENT).toContain('internal error, ending ssh: ');
    await expectNothingLeft(run);
    expect(existsSync(folder.file('pid'))).toBe(false);
  });
});

describe('autossh -f', () => {
  async function startInBackground(words: readonly string[] = []) {
    const folder = createRunFolder();
    const settings = { AUTOSSH_PIDFILE: folder.file('pid') };
    const run = startOnScript(STAYS, settings, ['-f', ...words, ...NO_MONITOR], folder);
    expect(await run.ended).toBe(0);
    const pid = Number(folder.read('pid'));
    await waitForSsh(run);
    return { run, folder, pid };
  }

  test('returns, and goes on in a session of its own', async () => {
    const { run, folder, pid } = await startInBackground();
    expect(folder.read('pid')).toBe(`${pid}\n`);
    expect(pid).not.toBe(run.pid);
    const nowhere = ['/dev/null', '/dev/null', '/dev/null'];
    const expected = { session: pid, hasTerminal: false, directory: '/', stdio: nowhere };
    expect(factsOf(pid)).toMatchObject(expected);
    expect(factsOf(run.sshPid)).toMatchObject(expected);
    expect(run.log).toContain(`autossh[${pid}]: starting ssh (count 1)`);
    expect(new Set(folder.processes())).toEqual(new Set([pid, run.sshPid]));
  });

  test('ends with its ssh at SIGTERM, and removes the pid file', async () => {
    const { run, folder, pid } = await startInBackground();
    process.kill(pid, 'SIGTERM');
    await expectNothingLeft(run);
    expect(existsSync(folder.file('pid'))).toBe(false);
    expect(run.log).toContain('received signal to exit (15)');
    expect(run.stderr).toBe('');
  });

  test('hands over neither its pipe nor its mark to ssh', async () => {
    const { run } = await startInBackground();
    expect(Object.keys(factsOf(run.sshPid).environment).sort()).toEqual(
      expect.not.arrayContaining(['HOLDFAST_BACKGROUND']),
    );
    expect(factsOf(run.sshPid).words).toEqual(['sleep', '1000']);
  });

  test.each([
    ['a setting is wrong', { AUTOSSH_POLL: 'often' }, 'AUTOSSH_POLL', 1],
    ['the log cannot be opened', { AUTOSSH_LOGFILE: '/nowhere/log' }, '/nowhere/log', 1],
    ['the pid file cannot be written', { AUTOSSH_PIDFILE: '/nowhere/pid' }, '/nowhere/pid', 0],
    ['there is no ssh', { AUTOSSH_PATH: '/nowhere/ssh' }, '/nowhere/ssh', 0],
  ])('tells its caller that %s', async (_title, settings, text, status) => {
    const run = startOnScript(STAYS, settings, ['-f', ...NO_MONITOR]);
    expect(await run.ended).toBe(status);
    await expect.poll(() => run.stderr, PATIENT).toContain(text);
    await expectNothingLeft(run);
  });

  test('ends with all it has begun when its caller is told to end', async () => {
    const folder = createRunFolder();
    // An agent that does not answer is waited for: meanwhile the caller waits too.
    folder.writeScript('ssh-agent', ...STAYS);
    const PATH = `${folder.path}:${folder.environment['PATH']}`;
    const settings = { PATH, AUTOSSH_AGENT: 'yes' };
    const run = startOnScript(STAYS, settings, ['-f', ...NO_MONITOR], folder);
    await expect.poll(() => run.log, PATIENT).toContain('monitoring disabled');
    run.signal('SIGTERM');
    expect([1, 'SIGTERM']).toContain(await run.ended);
    await expectNothingLeft(run);
  });

  test('tells its caller that the read port is taken', async () => {
    const port = await findFreePorts(2);
    await startReadPort(port + 1);
    const run = startOnScript(STAYS, {}, ['-f', '-M', String(port), 'host']);
    expect(await run.ended).toBe(0);
    await expect.poll(() => run.stderr, PATIENT).toContain(`127.0.0.1:${port + 1}: Address`);
    await expectNothingLeft(run);
  });
});

describe('a signal in the first moments of autossh', () => {
  /** Sends a signal to many runs, each at another moment, and looks at each run with `check`. */
  async function sendEarly(
    signal: NodeJS.Signals,
    settings: Settings,
    check: (run: StartedRun, moment: string) => Promise<void>,
  ) {
    for (let done = 0; done < RUNS; done += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, async () => {
        // Most of them before the program has its own listeners.
        const delayMs = START_UP_MS * Math.random() ** 3;
        const run = startOnScript(STAYS, settings);
        await sleep(delayMs);
        run.signal(signal);
        await check(run, `${signal} after ${delayMs.toFixed(1)} ms`);
      });
      await Promise.all(batch);
    }
  }

  test('leaves no debugger open if it is SIGUSR1, and nothing running', async () => {
    // Every run needs a port of its own for its debugger; without the option it is 9229.
    const settings = { NODE_OPTIONS: '--inspect-port=0' };
    await sendEarly('SIGUSR1', settings, async (run, moment) => {
      await sleep(DEBUGGER_GONE_MS);
      const open = () => run.folder.processes().flatMap(listeningPorts);
      await expect.poll(open, { ...PATIENT, message: moment }).toEqual([]);
      run.signal('SIGTERM');
      // Before Node has begun to run, SIGUSR1 has its default action.
      expect([1, 'SIGUSR1'], moment).toContain(await run.ended);
      expect(run.folder.processes(), moment).toEqual([]);
    });
  });

  test('leaves nothing behind if it is SIGTERM', async () => {
    await sendEarly('SIGTERM', {}, async (run, moment) => {
      expect([1, 'SIGTERM'], moment).toContain(await run.ended);
      expect(run.folder.processes(), moment).toEqual([]);
    });
  });
});

describe('the log', () => {
  /** Two starts that fail at once. */
  const BRIEF = { AUTOSSH_MAXSTART: '2' };

  test('goes to logger by default, to the last line', async () => {
    const folder = createRunFolder();
    folder.writeScript(
      'logger',
      `printf '%s\\n' "$*" >> ${folder.path}/arguments`,
      `cat >> ${folder.path}/lines`,
    );
    const settings = {
      ...BRIEF,
      AUTOSSH_DEBUG: undefined,
      AUTOSSH_LOGFILE: undefined,
      PATH: `${folder.path}:${folder.environment['PATH']}`,
    };
    const run = startOnScript(FAILS, settings, NO_MONITOR, folder);
    expect(await run.ended).toBe(0);
    const calls = new Set(folder.read('arguments').trimEnd().split('\n'));
    expect([...calls]).toEqual([`-t autossh[${run.pid}] -p user.info`]);
    expect(folder.read('lines').split('\n')).toEqual([
      'port set to 0, monitoring disabled',
      'starting ssh (count 1 of 2)',
      expect.stringMatching(/^ssh child pid is \d+$/),
      'ssh exited with error status 255; restarting ssh',
      'starting ssh (count 2 of 2)',
      expect.stringMatching(/^ssh child pid is \d+$/),
      'ssh exited with error status 255; restarting ssh',
      'max start count reached; exiting',
      '',
    ]);
  });

  test('is one JSON object a line if so wanted', async () => {
    const run = startOnScript(FAILS, { ...BRIEF, AUTOSSH_LOGFORMAT: 'json' });
    expect(await run.ended).toBe(0);
    const records = parseLines(run.log);
    expect(records.length).toBeGreaterThan(5);
    for (const record of records) {
      expect(new Date(record.time).toISOString()).toBe(record.time);
      expect(record, run.log).toMatchObject({ program: 'autossh', pid: run.pid });
    }
    expect(records.map(({ fact }) => fact?.type)).toContain('tunnel.ended');
  });

  test.each(['text', 'json'])('has no raw control characters in its format %s', async (format) => {
    const nasty = 'no\u0007\u001B[2J\u007F\u009B2Jssh\r\n2000/01/01 00:00:00 autossh[1]: forged';
    const run = startAutossh(NO_MONITOR, { AUTOSSH_PATH: nasty, AUTOSSH_LOGFORMAT: format });
    expect(await run.ended).toBe(1);
    expect(run.log).toContain('forged');
    for (const line of run.log.trimEnd().split('\n')) {
      expect(line).not.toMatch(/\p{Cc}/u);
      expect(line).not.toMatch(/^2000/);
    }
  });

  test.each(['2>&-', '2>/dev/full', '<&- >&- 2>&-', '2>&1 | true'])(
    'on a broken stderr (%s) ends nothing',
    async (redirection) => {
      const folder = createRunFolder();
      const AUTOSSH_PATH = folder.writeScript('ssh', ...TALKS);
      const settings = { ...BRIEF, AUTOSSH_PATH, AUTOSSH_LOGFILE: undefined };
      const shell = `{ "$@"; echo $? > ${folder.path}/status; } ${redirection}`;
      const command = ['/bin/sh', '-c', shell, 'sh', ...autosshCommand('-M', 'auto', 'host')];
      startRun(command, settings, folder);
      await expect.poll(() => folder.read('status'), PATIENT).toBe('0\n');
    },
  );

  test('on a full disk ends nothing', async () => {
    const run = startOnScript(FAILS, { ...BRIEF, AUTOSSH_LOGFILE: '/dev/full' });
    expect(await run.ended).toBe(0);
  });
});

interface JsonRecord {
  readonly time: string;
  readonly fact?: { readonly type: string };
}

function parseLines(text: string): JsonRecord[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonRecord);
}
