import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILE_BODIES } from '../bundles/programs.ts';
import { runHoldfast } from '../run-holdfast.ts';
import { captureTerminal } from '../testing/captured-terminal.ts';
import {
  makeScratchHome,
  startFakeSupervisor,
  type FakeAnswers,
  type FakeSupervisor,
  type ScratchHome,
} from '../testing/fake-supervisor.ts';
import { SAMPLE_AT, sampleTunnel } from '../testing/sample-status.ts';

const TUNNELS = '[tunnels.db]\nhost = "gw"\n\n[tunnels.new]\nhost = "gw"\n';

let supervisor: FakeSupervisor;

interface Scene {
  readonly answers?: FakeAnswers;
  readonly isTerminal?: boolean;
}

async function up(words: readonly string[], { answers = {}, isTerminal }: Scene) {
  supervisor = await startFakeSupervisor(answers);
  const { env } = supervisor;
  const config = join(env['HOME']!, 'holdfast', 'tunnels.toml');
  writeFileSync(config, TUNNELS);
  const terminal = captureTerminal(isTerminal === undefined ? {} : { isTerminal });
  const status = await runHoldfast(FILE_BODIES, ['up', ...words], { terminal, env, script: '' });
  return { status, stdout: terminal.stdout(), stderr: terminal.stderr(), config };
}

/** A supervisor that answers from the beginning, whatever file it was started with. */
function hello(config?: string) {
  const path = config ?? join(supervisor.env['HOME']!, 'holdfast', 'tunnels.toml');
  const rest = { version: '0.1.0', protocol: 1, pid: 811, startedAt: SAMPLE_AT };
  return { program: 'holdfast', ...rest, config: path };
}

describe('holdfast up with a supervisor that runs', () => {
  afterEach(() => supervisor.close());

  const RUNNING = { 'GET /v1/hello': () => hello(), 'POST /v1/up': { tunnels: ['db'] } };

  it('starts the named tunnels', async () => {
    const { status, stdout } = await up(['db'], { answers: RUNNING });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'started 1 tunnel: db\n' });
    expect(supervisor.asked).toContain('POST /v1/up {"names":["db"]}');
  });

  it('waits until they are healthy', async () => {
    let looks = 0;
    const answers = {
      ...RUNNING,
      'GET /v1/status': () => {
        looks += 1;
        const tunnels = [sampleTunnel(looks < 3 ? { state: 'connecting' } : {})];
        return { at: SAMPLE_AT, tunnels };
      },
    };
    const { status, stdout, stderr } = await up(['db', '--wait', '1h'], {
      answers,
      isTerminal: true,
    });
    expect(status).toBe(0);
    expect(stdout).toBe('healthy: db\n');
    expect(stderr).toContain('\r\u001B[K0 of 1 tunnel healthy');
    expect(looks).toBe(3);
  });

  it('says which are not healthy, and why, when the time is over', async () => {
    const tunnel = sampleTunnel({
      state: 'backoff',
      nextStartAt: '2026-01-31T12:00:07.000Z',
      failure: { class: 'unreachable', sentence: 'nobody is there', at: SAMPLE_AT, times: 1 },
    });
    const answers = { ...RUNNING, 'GET /v1/status': { at: SAMPLE_AT, tunnels: [tunnel] } };
    const { status, stdout } = await up(['--wait', '1ms'], { answers });
    expect(status).toBe(5);
    expect(stdout).toBe(
      '0 of 1 tunnel healthy\ndb: backoff for 1h\n  nobody is there\n  next start in 7s\n',
    );
  });

  it('does not wait for what has failed for good', async () => {
    const tunnel = sampleTunnel({ state: 'failed', end: 'the host key has changed' });
    const answers = { ...RUNNING, 'GET /v1/status': { at: SAMPLE_AT, tunnels: [tunnel] } };
    const { status, stdout } = await up(['--wait', '10d', '--json'], { answers });
    expect(status).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ isHealthy: false, supervisor: { isNew: false } });
  });

  it('refuses another file than the one that runs', async () => {
    const answers = { 'GET /v1/hello': () => hello('/other.toml') };
    const { status, stderr, config } = await up(['--config', '/x.toml'], { answers });
    expect(config).not.toBe('/x.toml');
    expect(status).toBe(1);
    expect(stderr).toContain('the supervisor runs /other.toml, not /x.toml');
  });

  it('tells a name that the supervisor has not read yet from one that is nowhere', async () => {
    const error = { code: 'unknown-tunnel', message: 'unknown tunnel new' };
    const answers = { 'GET /v1/hello': () => hello(), 'POST /v1/up': { error } };
    const known = await up(['new'], { answers });
    expect(known.stderr).toContain(
      'has changed since the supervisor read it; run: holdfast reload',
    );
    await supervisor.close();
    const unknown = await up(['nope'], { answers });
    expect(unknown.stderr).toBe('holdfast: unknown tunnel nope; known: db, new\n');
    expect(unknown.status).toBe(1);
  });

  it('is refused with a time without its unit', async () => {
    const { status, stderr } = await up(['--wait', '30'], {});
    expect(status).toBe(2);
    expect(stderr).toContain('--wait 30 is not a valid time');
    expect(supervisor.asked).toEqual([]);
  });
});

describe('holdfast up without a supervisor', () => {
  let home: ScratchHome;
  beforeEach(() => {
    home = makeScratchHome();
    writeFileSync(join(home.folder, 'holdfast', 'tunnels.toml'), TUNNELS);
  });
  afterEach(() => home.remove());

  /** Starts that program as the supervisor; it finds its words in `words`. */
  async function upWith(program: string, ...words: readonly string[]) {
    const script = join(home.folder, 'program.cjs');
    writeFileSync(
      script,
      `const words = process.argv.slice(2); const fs = require('fs'); setTimeout(process.exit, 20_000).unref();\n${program}`,
    );
    const terminal = captureTerminal();
    const status = await runHoldfast(FILE_BODIES, ['up', ...words], {
      terminal,
      env: home.env,
      script,
    });
    return { status, stdout: terminal.stdout(), stderr: terminal.stderr() };
  }

  /** Ends by itself when it has been asked who it is. */
  const SERVER = `
    const answers = {
      '/v1/hello': () => ({ program: 'holdfast', version: '1', protocol: 1, pid: process.pid, startedAt: '', config: words[2] }),
      '/v1/up': () => ({ tunnels: ['db'] }),
    };
    const server = require('http').createServer((request, response) => {
      response.setHeader('holdfast-protocol', '1');
      response.end(JSON.stringify(answers[request.url]()));
      if (request.url === '/v1/hello') server.close();
    });
    const listen = (then) => server.listen(process.env.XDG_RUNTIME_DIR + '/holdfast/control.sock', then);
  `;

  it.skipIf(!existsSync('/proc/self/stat'))(
    'starts one with the file, in a session of its own, and says so',
    async () => {
      const told = join(home.folder, 'told');
      const { status, stdout } = await upWith(
        `${SERVER}
      const stat = fs.readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
      fs.writeFileSync(${JSON.stringify(told)}, JSON.stringify({ words, cwd: process.cwd(), isLeader: Number(stat[3]) === process.pid }));
      listen(() => fs.writeSync(3, '{"ready":true}\\n'));`,
      );
      expect(status).toBe(0);
      expect(stdout).toMatch(/^started 1 tunnel with a new supervisor \(pid \d+\): db\n$/);
      const config = join(home.folder, 'holdfast', 'tunnels.toml');
      expect(JSON.parse(readFileSync(told, 'utf8'))).toEqual({
        words: ['supervise', '--config', config, '--ready-fd', '3'],
        cwd: '/',
        isLeader: true,
      });
    },
  );

  it('says why it cannot be started', async () => {
    const problem = JSON.stringify({ problem: 'the disk is full' });
    const result = await upWith(`fs.writeSync(3, ${JSON.stringify(`${problem}\n`)})`);
    expect(result).toEqual({ status: 1, stdout: '', stderr: 'holdfast: the disk is full\n' });
  });

  it('says how to find out when it ends without a word', async () => {
    const { status, stderr } = await upWith('process.exit(3)');
    expect(status).toBe(1);
    expect(stderr).toContain('to see why, run: holdfast supervise --config ');
  });

  it('takes the one that somebody else has started meanwhile, even if it does not answer yet', async () => {
    const held = JSON.stringify({ problem: 'there is one', isHeld: true });
    const { status, stdout } = await upWith(
      `${SERVER} fs.writeSync(3, ${JSON.stringify(`${held}\n`)}); fs.closeSync(3); setTimeout(listen, 200);
      let asked = 0;
      server.close = () => (asked += 1) === 2 && setTimeout(process.exit, 100);`,
    );
    expect(stdout).toBe('started 1 tunnel: db\n');
    expect(status).toBe(0);
  });

  it('starts none for a tunnel that is not in the file', async () => {
    const { status, stderr } = await upWith('fs.writeSync(3, "started")', 'nope');
    expect(stderr).toBe('holdfast: unknown tunnel nope; known: db, new\n');
    expect(status).toBe(1);
  });

  it('starts none for a file without tunnels', async () => {
    writeFileSync(join(home.folder, 'holdfast', 'tunnels.toml'), '');
    const { status, stderr } = await upWith('fs.writeSync(3, "started")');
    expect(stderr).toContain('has no tunnels: nothing was started');
    expect(status).toBe(4);
  });
});
