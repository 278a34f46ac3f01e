import type { FleetEvent } from '@holdfast/engine';
import { afterEach, describe, expect, it } from 'vitest';
import { CLIENT_BODIES } from '../bundles/programs.ts';
import { runHoldfast } from '../run-holdfast.ts';
import { captureTerminal } from '../testing/captured-terminal.ts';
import {
  makeScratchHome,
  startFakeSupervisor,
  type FakeAnswers,
  type FakeSupervisor,
} from '../testing/fake-supervisor.ts';
import { SAMPLE_AT, SAMPLE_STATUS, sampleTunnel } from '../testing/sample-status.ts';

const ONE_HEALTHY = { at: SAMPLE_AT, tunnels: [sampleTunnel()] };
const HELLO = {
  program: 'holdfast',
  version: '0.1.0',
  protocol: 1,
  pid: 811,
  startedAt: SAMPLE_AT,
  config: '/etc/tunnels.toml',
};

let supervisor: FakeSupervisor | undefined;
afterEach(async () => {
  await supervisor?.close();
  supervisor = undefined;
});

async function hold(words: readonly string[], answers: FakeAnswers) {
  supervisor = await startFakeSupervisor(answers);
  return await holdIn(supervisor.env, words);
}

async function holdIn(env: Readonly<Record<string, string>>, words: readonly string[]) {
  const terminal = captureTerminal();
  const status = await runHoldfast(CLIENT_BODIES, words, { terminal, env, script: '' });
  return { status, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

describe('holdfast status', () => {
  it('ends with 0 when every tunnel is healthy', async () => {
    const result = await hold(['status'], { 'GET /v1/status': ONE_HEALTHY });
    expect(result).toEqual({
      status: 0,
      stdout:
        'NAME  STATE    SINCE    RTT  STARTS  HOST        FORWARDS\n' +
        'db    healthy  1h     12 ms       1  me@bastion  -L 5432:db.internal:5432\n',
      stderr: '',
    });
  });

  it.each([
    ['is in backoff', { state: 'backoff' }, 5],
    ['fails its check', { isDegraded: true }, 5],
    ['is probed', { state: 'probing' }, 0],
    ['is off, and not named', { state: 'stopped', enabled: false }, 0],
  ] as const)('when one %s the status is told', async (_what, more, expected) => {
    const tunnels = [sampleTunnel(), sampleTunnel({ name: 'other', ...more })];
    const answers = { 'GET /v1/status': { at: SAMPLE_AT, tunnels } };
    expect((await hold(['status'], answers)).status).toBe(expected);
  });

  it('counts a tunnel that is off if it is named', async () => {
    const tunnels = [sampleTunnel({ state: 'stopped', enabled: false })];
    const result = await hold(['status', 'db', 'tag:work'], {
      'GET /v1/status': { at: SAMPLE_AT, tunnels },
    });
    expect(result.status).toBe(5);
    expect(supervisor?.asked).toEqual([expect.stringMatching(/name=db.*name=tag(:|%3A)work/)]);
  });

  it.each([
    ['healthy', {}, 0],
    ['failed', { state: 'failed' }, 5],
  ] as const)('prints nothing with --quiet when the tunnel is %s', async (_, more, expected) => {
    const answers = { 'GET /v1/status': { at: SAMPLE_AT, tunnels: [sampleTunnel(more)] } };
    const { stdout, stderr, status } = await hold(['status', '--quiet'], answers);
    expect([stdout, stderr, status]).toEqual(['', '', expected]);
  });

  it.each(['--watch', '--json'])('does not take --quiet together with %s', async (other) => {
    const { stderr, status } = await hold(['status', '-q', other], {});
    expect(stderr).toContain(`--quiet cannot be used with ${other}`);
    expect(status).toBe(2);
  });

  it('prints what the supervisor said with --json', async () => {
    const { stdout, status } = await hold(['status', '--json'], {
      'GET /v1/status': SAMPLE_STATUS,
    });
    expect(JSON.parse(stdout)).toEqual(SAMPLE_STATUS);
    expect(status).toBe(5);
  });
});

describe('holdfast status --watch', () => {
  const EVENT: FleetEvent = {
    id: 1,
    at: SAMPLE_AT,
    tunnel: 'db',
    level: 'info',
    sentence: 'it came up',
    fact: { type: 'tunnel.added' },
  };

  it('writes a line for each change, and ends when the supervisor does', async () => {
    const states = [sampleTunnel({ state: 'connecting', phase: 'resolving' }), sampleTunnel()];
    const words = ['status', '--watch'];
    let looks = 0;
    const answer = () => {
      const tunnels = [states[Math.min(looks, 1)]!];
      looks += 1;
      if (looks === 1) setTimeout(() => supervisor!.tell(EVENT), 50);
      else setTimeout(() => void supervisor!.close(), 50);
      return { at: SAMPLE_AT, tunnels };
    };
    const { stdout, stderr, status } = await hold(words, { 'GET /v1/status': answer });
    expect(stdout.split('\n').map((line) => line.slice(19))).toEqual([
      '  db  connecting: resolving',
      '  db  healthy',
      '',
    ]);
    expect(stderr).toBe('holdfast: no supervisor is running; start it with: holdfast up\n');
    expect(status).toBe(3);
  });

  it('ends with 0 when it is interrupted', async () => {
    const answer = () => {
      setTimeout(() => process.emit('SIGINT'), 20);
      return ONE_HEALTHY;
    };
    const listeners = process.listenerCount('SIGINT');
    const { status, stdout } = await hold(['status', '--watch', '--json'], {
      'GET /v1/status': answer,
    });
    expect(JSON.parse(stdout)).toEqual(ONE_HEALTHY);
    expect(status).toBe(0);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });
});

describe('what changes tunnels', () => {
  it.each([
    [['restart', 'db'], { 'POST /v1/restart': { tunnels: ['db'] } }, 'restarting: db\n'],
    [['down', 'db'], { 'POST /v1/down': { tunnels: ['db'] } }, 'ended: db\n'],
    [['down'], { 'POST /v1/end': { tunnels: ['a', 'b'] } }, 'ended 2 tunnels and the supervisor\n'],
    [
      ['forward', 'add', 'gw', '-R', '0:localhost:80'],
      { 'POST /v1/forwards/add': { forward: '0:localhost:80', port: 40123 } },
      'gw: -R 0:localhost:80 is open; the server chose port 40123\n',
    ],
    [
      ['forward', 'remove', 'gw', 'socks', '1080'],
      { 'POST /v1/forwards/remove': { forward: '1080' } },
      'gw: -D 1080 is closed\n',
    ],
  ])('%j says what was done', async (words, answers, stdout) => {
    expect(await hold(words, answers)).toEqual({ status: 0, stdout, stderr: '' });
  });

  it('the supervisor is told which forward', async () => {
    await hold(['forward', 'add', 'gw', '8080:web:80'], {
      'POST /v1/forwards/add': { forward: '8080:web:80' },
    });
    expect(supervisor?.asked).toEqual([
      'POST /v1/forwards/add {"tunnel":"gw","kind":"local","spec":"8080:web:80"}',
    ]);
  });

  it.each([
    [['forward', 'add', 'gw'], 'missing SPEC: give one with -L, -R or -D'],
    [['forward', 'add', 'gw', '-L', '1:a:1', '-D', '1080'], 'only one forward at a time'],
    [
      ['forward', 'add', 'gw', 'there', '1:a:1'],
      'KIND must be local, remote or socks, not "there"',
    ],
    [['forward', 'add', 'gw', '80'], '"80" names no target; a local forward is'],
  ])('%j is refused, and nobody is asked', async (words, sentence) => {
    const { status, stderr } = await hold(words, {});
    expect(stderr).toContain(`holdfast: ${sentence}`);
    expect(status).toBe(2);
    expect(supervisor?.asked).toEqual([]);
  });

  it('reload says what has changed, and ends with 1 if something could not be', async () => {
    const changes = {
      added: ['new'],
      removed: [],
      restarted: ['db', 'gw'],
      adjusted: [],
      unchanged: ['web'],
      problems: [{ tunnel: 'gw', sentence: 'port 80 is held' }],
    };
    expect(await hold(['reload'], { 'POST /v1/reload': changes })).toEqual({
      status: 1,
      stdout: 'added: new\nrestarted: db, gw\nunchanged: 1 tunnel\nproblem: gw: port 80 is held\n',
      stderr: '',
    });
  });

  it('a file with errors is shown with its places, and the status is 4', async () => {
    const location = {
      code: 'unknown-key',
      file: '/nowhere/tunnels.toml',
      line: 3,
      column: 1,
      length: 6,
      key: 'tunnels.db.locale',
      wrong: 'there is no such key',
      allowed: 'local',
      nearest: 'local',
    };
    const error = { code: 'config-invalid', message: 'it has 1 error', locations: [location] };
    const result = await hold(['reload', '--json'], { 'POST /v1/reload': { error } });
    expect(result.status).toBe(4);
    expect(result.stderr).toContain('/nowhere/tunnels.toml:3:1: there is no such key: local');
    expect(result.stderr).toContain('did you mean local?');
    expect(JSON.parse(result.stdout)).toEqual({ error });
  });
});

describe('a supervisor that is not the right one', () => {
  it.each([['status'], ['why', 'db'], ['restart'], ['reload'], ['forward', 'add', 'gw', '1:a:1']])(
    'without any, %s %s says so',
    async (...words) => {
      const home = makeScratchHome();
      const { status, stdout, stderr } = await holdIn(home.env, [...words, '--json']);
      home.remove();
      expect(status).toBe(3);
      expect(stderr).toBe('holdfast: no supervisor is running; start it with: holdfast up\n');
      expect(JSON.parse(stdout)).toEqual({
        error: {
          code: 'not-running',
          message: 'no supervisor is running; start it with: holdfast up',
        },
      });
    },
  );

  it('without any, down has nothing to do', async () => {
    const home = makeScratchHome();
    const result = await holdIn(home.env, ['down']);
    home.remove();
    expect(result).toEqual({
      status: 0,
      stdout: 'no supervisor is running: nothing to end\n',
      stderr: '',
    });
  });

  it('of another file is left alone', async () => {
    const { status, stderr } = await hold(['down', '--config', '/other.toml'], {
      'GET /v1/hello': HELLO,
    });
    expect(status).toBe(1);
    expect(stderr).toContain('the supervisor runs /etc/tunnels.toml, not /other.toml');
    expect(supervisor?.asked).toEqual(['GET /v1/hello']);
  });

  it('of the same file is asked', async () => {
    const words = ['restart', '--config', '/etc/tunnels.toml'];
    const answers = { 'GET /v1/hello': HELLO, 'POST /v1/restart': { tunnels: [] } };
    expect((await hold(words, answers)).stdout).toBe('restarting: none\n');
  });
});

describe('holdfast why', () => {
  it('tells the story in paragraphs, and what happened lately', async () => {
    const report = {
      status: sampleTunnel({ state: 'backoff' }),
      sentences: ['It is down.', 'It is started again in 3 s.'],
      history: [{ at: SAMPLE_AT, sentence: 'ssh ended\u0007' }],
    };
    const { stdout } = await hold(['why', 'db'], { 'GET /v1/why': report });
    expect(stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, 'WHEN')).toBe(
      'db (me@bastion): backoff\n\nIt is down.\n\nIt is started again in 3 s.\n\n' +
        'What happened lately\nWHEN  ssh ended\uFFFD\n',
    );
  });
});

describe('words that are no command', () => {
  it.each([
    [['stauts'], 'unknown command stauts; did you mean status?'],
    [['--json'], 'unknown option --json before a command'],
    [['help', 'nothing'], 'unknown command nothing'],
  ])('%j', async (words, sentence) => {
    const { status, stderr } = await holdIn({}, words);
    expect(status).toBe(2);
    expect(stderr).toBe(`holdfast: ${sentence}\nTry 'holdfast help'.\n`);
  });

  it('none at all: how it is used, and status 2', async () => {
    const { status, stdout, stderr } = await holdIn({}, []);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('usage: holdfast COMMAND');
  });

  it('help and version go to stdout', async () => {
    expect((await holdIn({}, ['--version'])).stdout).toMatch(/^holdfast \d+\.\d+\.\d+/);
    expect((await holdIn({}, ['--help'])).stdout).toContain('usage: holdfast COMMAND');
    const { stdout } = await holdIn({}, ['help', 'status']);
    expect((await holdIn({}, ['status', '-h'])).stdout).toBe(stdout);
    expect(stdout).toContain('usage: holdfast status');
  });
});
