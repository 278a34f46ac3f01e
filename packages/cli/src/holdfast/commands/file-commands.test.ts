import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILE_BODIES } from '../bundles/programs.ts';
import { runHoldfast } from '../run-holdfast.ts';
import { loadConfig } from '../tunnels-file/read-tunnels.ts';
import { captureTerminal } from '../testing/captured-terminal.ts';
import { makeScratchHome, type ScratchHome } from '../testing/fake-supervisor.ts';

let home: ScratchHome;
beforeEach(() => {
  home = makeScratchHome();
});
afterEach(() => home.remove());

async function hold(...words: readonly string[]) {
  const terminal = captureTerminal();
  const script = join(home.folder, 'program.cjs');
  const status = await runHoldfast(FILE_BODIES, words, { terminal, env: home.env, script });
  return { status, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

function write(name: string, text: string): string {
  const path = join(home.folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const TUNNELS = '[tunnels.db]\nhost = "gw"\ntags = ["work"]\n\n[tunnels.web]\nhost = "gw"\n';

function writeTunnels(text = TUNNELS): string {
  return write('holdfast/tunnels.toml', text);
}

describe('a tunnels file that is no good', () => {
  it.each([
    ['up', '; nothing was started'],
    ['check', ''],
    ['config', ''],
  ])('is told by %s, with status 4', async (command, consequence) => {
    const path = writeTunnels('[tunnels.db]\nhosst = "gw"\n');
    const { status, stdout, stderr } = await hold(
      ...[command, command === 'config' ? 'show' : []].flat(),
      '--json',
    );
    expect(status).toBe(4);
    expect(stderr).toContain(`${path}:2:1: unknown key "hosst"`);
    expect(stderr).toContain(`holdfast: ${path} has 2 errors${consequence}\n`);
    const { error } = JSON.parse(stdout) as { error: { code: string; locations: object[] } };
    expect(error.code).toBe('config-invalid');
    expect(error.locations).toHaveLength(2);
    expect(existsSync(join(home.folder, 'started'))).toBe(false);
  });

  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path]), 'it is a pipe, not a file'],
    ['a directory', (path: string) => mkdirSync(path), 'it is a directory, not a file'],
    ['a device', (path: string) => symlinkSync('/dev/null', path), 'it is a device, not a file'],
    [
      'too large',
      (path: string) => (writeFileSync(path, ''), truncateSync(path, 2 ** 33)),
      'it has 8589934592 bytes, more than any tunnels file',
    ],
  ])('is told of %s, by every command that reads it', async (_, make, problem) => {
    const path = join(home.folder, 'no-file');
    make(path);
    for (const words of [['check'], ['config', 'show'], ['up']]) {
      const { status, stderr } = await hold(...words, '--config', path);
      expect(stderr).toBe(`holdfast: the tunnels file ${path} cannot be read: ${problem}\n`);
      expect(status).toBe(4);
    }
    expect(await loadConfig(path)).toEqual({
      kind: 'unreadable',
      sentence: `${path} cannot be read: ${problem}`,
    });
  });

  it('is told when it is not there', async () => {
    const { status, stderr } = await hold('up');
    expect(status).toBe(4);
    expect(stderr).toContain(`no tunnels file at ${home.folder}/holdfast/tunnels.toml`);
  });
});

describe('holdfast config', () => {
  it('shows where the file is, and whether it is there', async () => {
    const path = join(home.folder, 'holdfast/tunnels.toml');
    expect((await hold('config', 'path')).stdout).toBe(`${path}\n`);
    const { stdout } = await hold('config', 'path', '--json');
    expect(JSON.parse(stdout)).toEqual({ path, exists: false });
  });

  it('shows the named tunnels', async () => {
    writeTunnels();
    const { stdout } = await hold('config', 'show', 'tag:work', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ tunnels: [{ name: 'db', pollMs: 5000 }] });
    expect((await hold('config', 'show', 'w*')).stdout).toMatch(/^\[tunnels\.web\]\nhost = "gw"\n/);
  });

  it('names the tunnels there are when one is unknown', async () => {
    writeTunnels();
    const { status, stderr } = await hold('config', 'show', 'bd');
    expect(status).toBe(1);
    expect(stderr).toBe('holdfast: unknown tunnel bd; known: db, web\n');
  });

  it('prints the schema', async () => {
    const { stdout } = await hold('config', 'schema');
    expect(JSON.parse(stdout)).toHaveProperty('properties.tunnels');
  });
});

describe('holdfast complete-names', () => {
  it('prints names and tags of the file when no supervisor answers', async () => {
    writeTunnels();
    expect((await hold('complete-names')).stdout).toBe('db\nweb\ntag:work\n');
  });

  it('is silent when there is nothing', async () => {
    expect(await hold('complete-names')).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe('holdfast import', () => {
  it('prints tunnels from a file', async () => {
    const unit = write('a.service', '[Service]\nExecStart=autossh -M 0 -N -L 5432:db:5432 gw\n');
    const { status, stdout } = await hold('import', unit);
    expect(status).toBe(0);
    expect(stdout).toContain('local = ["5432:db:5432"]');
  });

  it('prints tunnels from a command line', async () => {
    const { stdout } = await hold('import', '--json', '--', 'autossh', '-M', '0', '-N', 'gw');
    expect(JSON.parse(stdout)).toMatchObject({ tunnels: 1, notes: expect.any(Array) as unknown });
  });

  it('prints tunnels from several files', async () => {
    const one = write('one.sh', 'H=gw\nautossh -M 0 -N -L 5432:db:5432 $H\n');
    const other = write('other.sh', 'autossh -M 0 -N -L 5433:db:5432 gw\n');
    const { stdout } = await hold('import', one, other);
    expect(stdout.match(/^\[tunnels\..*\]$/gm)).toEqual(['[tunnels.gw]', '[tunnels.gw-5433]']);
  });

  it('ends with 1 where there is nothing to import, or nothing to read', async () => {
    const empty = write('empty', '');
    expect(await hold('import', empty)).toMatchObject({ status: 1, stdout: '' });
    const { status, stderr } = await hold('import', join(home.folder, 'missing'));
    expect(status).toBe(1);
    expect(stderr).toContain('missing cannot be read: ENOENT');
  });
});

describe('holdfast logs', () => {
  function event(id: number, tunnel: string | null, level: string, sentence: string): string {
    const at = `2026-01-31T12:00:0${id}.000Z`;
    return `${JSON.stringify({ id, at, tunnel, level, sentence, fact: { type: 'tunnel.added' } })}\n`;
  }

  beforeEach(() => {
    const lines = [
      event(1, null, 'info', 'it began'),
      event(2, 'db', 'debug', 'a probe'),
      event(3, 'db', 'warning', 'it ended'),
      event(4, 'gone', 'info', 'it was removed'),
    ];
    write('holdfast/events.ndjson', lines.join(''));
  });

  async function sentences(...words: readonly string[]) {
    const { stdout } = await hold('logs', ...words);
    return stdout
      .split('\n')
      .map((line) => line.slice(21))
      .filter(Boolean);
  }

  it('prints the events, without those for debugging', async () => {
    expect(await sentences()).toEqual([
      'holdfast  it began',
      'db  it ended',
      'gone  it was removed',
    ]);
  });

  it.each<[string[], string[]]>([
    [['-n', '1'], ['gone  it was removed']],
    [
      ['--level', 'debug', 'db'],
      ['db  a probe', 'db  it ended'],
    ],
    [['gone'], ['gone  it was removed']],
    [['--since', '1s'], []],
    [['--level=warning'], ['db  it ended']],
  ])('%j prints %j', async (words, expected) => {
    expect(await sentences(...words)).toEqual(expected);
  });

  it('knows globs and tags from the file', async () => {
    writeTunnels();
    expect(await sentences('tag:work')).toEqual(['db  it ended']);
  });

  it('prints the event itself with --json', async () => {
    const { stdout } = await hold('logs', '--json', '-n', '1');
    expect(JSON.parse(stdout)).toMatchObject({ id: 4, tunnel: 'gone' });
  });

  it.each([
    [['-n', 'x'], '--lines must be a whole number, not x'],
    [['--since', '5'], '--since 5 is not a valid time'],
  ])('%j is refused', async (words, sentence) => {
    const { status, stderr } = await hold('logs', ...words);
    expect(status).toBe(2);
    expect(stderr).toContain(sentence);
  });
});

describe('holdfast check', () => {
  function keyPair(name: string): string {
    const path = join(home.folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    return path;
  }

  async function findings(options: readonly string[], more = '') {
    const words = ['-F', 'none', '-o', 'IdentitiesOnly=yes', ...options];
    writeTunnels(`[tunnels.db]\nhost = "gw.example"\noptions = ${JSON.stringify(words)}\n${more}`);
    const { stdout, status } = await hold('check', '--json');
    const all = (JSON.parse(stdout) as { findings: Found[] }).findings;
    const about = all.filter(({ tunnel }) => tunnel === 'db');
    return {
      status,
      found: about.map((each) => `${each.verdict} ${each.about}: ${each.sentence}`),
    };
  }

  interface Found {
    readonly verdict: string;
    readonly about: string;
    readonly sentence: string;
    readonly tunnel?: string;
  }

  it('finds nothing wrong where nothing is', async () => {
    const key = keyPair('key');
    const known = write('known', `[gw.example]:2222 ${readFileSync(`${key}.pub`, 'utf8')}`);
    const options = ['-p', '2222', '-i', key, '-o', `UserKnownHostsFile=${known}`];
    expect(await findings(options)).toEqual({
      status: 0,
      found: ['ok host-key: the host key of [gw.example]:2222 is known'],
    });
  });

  it('finds an unknown host key, a missing key and one that others can read', async () => {
    const key = keyPair('open-key');
    execFileSync('chmod', ['644', key]);
    const options = ['-i', key, '-i', '/missing/key', '-o', 'UserKnownHostsFile=/dev/null'];
    const { status, found } = await findings([...options, '-o', 'GlobalKnownHostsFile=/dev/null']);
    expect(status).toBe(1);
    expect(found).toEqual([
      expect.stringMatching(/^problem host-key: the host key of gw\.example is not known/),
      `problem identity: others can read the key file ${key}, so ssh will not use it`,
      'warning identity: the key file /missing/key does not exist',
    ]);
  });

  it('finds what ssh refuses, and what takes the control socket away', async () => {
    const { status, found } = await findings(['-S', '/run/x', '-o', 'NoSuchOption=yes']);
    expect(status).toBe(1);
    expect(found).toEqual([
      expect.stringMatching(/^warning options: -S takes away the control socket/),
      expect.stringMatching(/^problem settings: ssh refuses these options: .*nosuchoption/i),
    ]);
  });

  it('finds that another tunnel will not come', async () => {
    const more = 'after = ["jump"]\n[tunnels.jump]\nhost = "j"\nenabled = false\n';
    const { found } = await findings([], more);
    expect(found).toContain('warning after: it waits for jump, which is not enabled');
  });

  it('says that there is no ssh', async () => {
    writeTunnels();
    const terminal = captureTerminal();
    const env = { ...home.env, PATH: '/nowhere' };
    const status = await runHoldfast(FILE_BODIES, ['check'], { terminal, env, script: '' });
    expect(status).toBe(1);
    expect(terminal.stdout()).toContain('cannot run ssh: No such file or directory');
  });
});
