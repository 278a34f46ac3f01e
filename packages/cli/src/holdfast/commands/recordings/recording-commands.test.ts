import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INSPECTOR_BODIES } from '../../bundles/programs.ts';
import { runHoldfast } from '../../run-holdfast.ts';
import { captureTerminal } from '../../testing/captured-terminal.ts';
import { SAMPLE_AT, sampleTunnel } from '../../testing/sample-status.ts';
import {
  makeScratchHome,
  startFakeSupervisor,
  type FakeSupervisor,
  type ScratchHome,
} from '../../testing/fake-supervisor.ts';

let home: ScratchHome;
beforeEach(() => {
  home = makeScratchHome();
});
afterEach(() => home.remove());

const hold = (...words: readonly string[]) => holdIn(home.env, ...words);

async function holdIn(env: ScratchHome['env'], ...words: readonly string[]) {
  const terminal = captureTerminal();
  const script = join(home.folder, 'program.cjs');
  const status = await runHoldfast(INSPECTOR_BODIES, words, { terminal, env, script });
  return { status, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

const SETTINGS = {
  name: 'db',
  rules: 'holdfast',
  gateSeconds: 0,
  pollSeconds: 5,
  firstPollSeconds: 20,
  maxStarts: -1,
  lifetimeSeconds: 0,
  hasHeartbeat: true,
  missesAllowed: 1,
  restartIntensity: null,
  asksBeforeStart: true,
  termGraceSeconds: 2,
  killGraceSeconds: 2,
};
const LINES: readonly unknown[] = [
  { recording: 1, program: '0.0.1', run: 'one', wallMs: Date.now(), clockUs: 0 },
  { begin: 1, name: 'db', atUs: 0, settings: SETTINGS, state: 'backoff' },
  [1, 1000, 'start.granted', 'connecting'],
  [1, 'said', 'info', 'ssh was started (pid 4711)'],
  [1, 1000, { type: 'child.spawned', pid: 4711, atMs: 2 }, 'connecting'],
  [1, 1000, { type: 'child.ready', atMs: 3 }, 'probing'],
  [1, 1000, { type: 'heartbeat.answered', atMs: 4, roundTripMs: 1 }, 'healthy'],
  [1, 5_000_000, 440, 251],
  [1, 5_000_000, 440, 252],
  [1, 'said', 'warning', 'a probe was not answered: me@bastion is gone'],
  [1, 1000, { type: 'tunnel.stop' }, 'stopping'],
];

function write(lines: readonly unknown[] = LINES): string {
  const folder = join(home.folder, 'holdfast');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'recording.ndjson');
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

describe('holdfast replay', () => {
  it('prints a line a step, and answered probes in one', async () => {
    const { status, stdout, stderr } = await hold('replay', write());
    expect([status, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n').map((line) => line.replace(/^\S+ \S+ {2}/, ''));
    expect(lines).toEqual([
      'db  xstate.init  -> backoff  [backoff.waiting#always/1, backoff.due#always/0]',
      'db  start.granted  -> connecting  [backoff.asking#start.granted/0, running.unproven.gating#always/0]',
      'db  child.spawned (pid 4711)  -> connecting  [running#child.spawned/1]',
      '    ssh was started (pid 4711)',
      'db  child.ready  -> probing  [running.unproven#child.ready/1]',
      'db  heartbeat.answered (1.000 ms)  -> healthy  [running.probing#heartbeat.answered/0]',
      'db  heartbeat.answered (2 probes were answered, the last in 0.252 ms)  -> healthy  [running.probing#heartbeat.answered/0]',
      'db  tunnel.stop  -> stopping  [running#tunnel.stop/0]',
      '    a probe was not answered: me@bastion is gone',
      '10 steps of db: every state is the recorded one.',
      '',
    ]);
  });

  it('prints every step, or none, if it is asked to', async () => {
    const { stdout } = await hold('replay', '--steps', write());
    expect(stdout.match(/after pollTime {2}-> probing/g)).toHaveLength(2);
    const quiet = await hold('replay', '--quiet', write());
    expect(quiet.stdout).toBe('10 steps of db: every state is the recorded one.\n');
  });

  it('tells the first step that differs, with status 1, and that another version wrote it', async () => {
    const changed = LINES.map((line, index) =>
      index === 5 ? [1, 1, 'network.changed', 'healthy'] : line,
    );
    const { status, stdout, stderr } = await hold('replay', '--json', write(changed));
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^holdfast: \S+recording\.ndjson: line 6: db, step 3 \(network.changed\): the recording says healthy, and the machine comes to connecting; it was written by holdfast 0\.0\.1, and this is .*: its rules may differ\n$/,
    );
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(documents.slice(-2)).toMatchObject([
      { difference: { line: 6, step: { index: 3 }, recorded: 'healthy', played: 'connecting' } },
      { error: { code: 'failed' } },
    ]);
  });

  it.each([
    ['is not there', undefined, /none cannot be read: No such file or directory/],
    ['is empty', [], /recording\.ndjson: the recording is empty: record again/],
    ['has no tunnels', [LINES[0]], /recording\.ndjson: it has nothing about any tunnel; record/],
    ['is no recording', [{ id: 1 }], /this is not a recording of holdfast/],
    [
      'is of a newer version',
      [{ recording: 9 }],
      /has format 9, and this version of holdfast reads/,
    ],
    [
      'has a name that a terminal would obey',
      [LINES[0], { ...(LINES[1] as object), name: '\u{9b}2J' }, LINES[2]],
      /line 2 is damaged/,
    ],
  ])('refuses a file that %s', async (_, lines, problem) => {
    const path = lines === undefined ? join(home.folder, 'none') : write(lines);
    const { status, stderr } = await hold('replay', path);
    expect(status).toBe(1);
    expect(stderr).toMatch(problem);
  });
});

it('replay says that the last line is cut short, and that a folder is no file', async () => {
  const path = write();
  writeFileSync(path, '[1,1000,{"ty', { flag: 'a' });
  const { status, stderr } = await hold('replay', '-q', path);
  expect([status, stderr]).toEqual([
    0,
    `holdfast: ${path}: line 12, the last one, is cut short and was left out\n`,
  ]);
  expect((await hold('replay', home.folder)).stderr).toBe(
    `holdfast: ${home.folder} cannot be read: Illegal operation on a directory\n`,
  );
});

describe('holdfast report', () => {
  it('refuses a time in which nothing lies', async () => {
    write();
    const { status, stderr } = await hold('report', 'db', '--since', '0s', '-o', '-');
    expect(status).toBe(2);
    expect(stderr).toContain('--since must be longer than 0');
  });

  it('writes what others may read, once, for its owner alone', async () => {
    write();
    const file = join(home.folder, 'report.ndjson');
    expect(await hold('report', 'db', '-o', file)).toMatchObject({ status: 0, stdout: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('bastion');
    expect(text).toContain('a probe was not answered: hidden-1@hidden-2 is gone');
    expect((await hold('replay', '-q', file)).stdout).toContain('10 steps of db');
    expect(await hold('report', 'db', '-o', file)).toMatchObject({ status: 1 });
  });

  it('keeps the host of the tunnels file if it is asked to', async () => {
    write();
    writeFileSync(
      join(home.folder, 'holdfast/tunnels.toml'),
      '[tunnels.db]\nhost = "me@bastion"\n',
    );
    const { stdout } = await hold('report', 'db', '--keep-hosts', '-o', '-');
    expect(stdout).toContain('a probe was not answered: me@bastion is gone');
  });

  it('says that nothing about a tunnel is recorded', async () => {
    write();
    const { status, stderr } = await hold('report', 'web');
    expect([status, stderr]).toEqual([1, 'holdfast: nothing about a tunnel "web" is recorded\n']);
  });
});

describe('holdfast record', () => {
  let supervisor: FakeSupervisor;
  beforeEach(async () => {
    supervisor = await startFakeSupervisor({
      'GET /v1/status': { at: SAMPLE_AT, tunnels: [sampleTunnel()] },
    });
  });
  afterEach(() => supervisor.close());
  const env = () => ({ ...supervisor.env, XDG_STATE_HOME: home.folder });

  it('keeps the named tunnels for a time, from their last checkpoint on', async () => {
    write();
    const file = join(home.folder, 'kept.ndjson');
    const words = ['record', 'db', '--for', '1ms', '--output', file];
    const { status, stderr } = await holdIn(env(), ...words);
    expect([status, stderr]).toEqual([0, 'recording db for 1ms\n11 lines written\n']);
    expect((await hold('replay', '-q', file)).stdout).toContain('10 steps of db');
  });

  it('refuses a name that no tunnel has', async () => {
    write();
    const { status, stderr } = await holdIn(env(), 'record', 'nosuch', '--for', '1ms');
    expect([status, stderr]).toEqual([1, 'holdfast: unknown tunnel nosuch; known: db\n']);
  });

  it('says that no supervisor is running', async () => {
    write();
    const { status, stderr } = await hold('record', '--for', '1ms');
    expect([status, stderr]).toEqual([
      3,
      'holdfast: no supervisor is running; start it with: holdfast up\n',
    ]);
  });

  it('says that there is no recording', async () => {
    const { status, stderr } = await holdIn(env(), 'record');
    expect(status).toBe(1);
    expect(stderr).toContain('no recording yet: it begins with "holdfast up"');
  });
});
