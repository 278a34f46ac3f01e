import fc from 'fast-check';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TunnelSpec } from '@holdfast/engine';
import { describe, expect, it } from 'vitest';
import { skipWithout } from '../../../engine/src/testing/missing-part.ts';
import { loadTunnels } from '../tunnels/load-tunnels.ts';
import { importTunnels, type ImportSource } from './import-tunnels.ts';

function imported(source: ImportSource) {
  const result = importTunnels(source);
  if ('wrong' in result) throw new Error(result.wrong);
  return { ...result, loaded: load(result.toml) };
}

function load(toml: string): readonly TunnelSpec[] {
  const { tunnels, errors } = loadTunnels({ text: toml, file: 'f' });
  expect(errors).toBeUndefined();
  return tunnels!;
}

/** Each tunnel as the command line of ssh that it stands for, with its name in front. */
function lines(text: string): readonly string[] {
  const letters = { local: '-L', remote: '-R', socks: '-D' };
  return imported({ text }).loaded.map(({ name, host, forwards, options, enabled }) => {
    const texts = forwards.flatMap(({ kind, text: forward }) => [letters[kind], forward]);
    return [`${name}:`, ...texts, ...options, host, ...(enabled ? [] : ['(off)'])].join(' ');
  });
}

describe('a command line of autossh', () => {
  it.each([
    ['autossh -M 0 -N -L 5432:db:5432 me@bastion', 'bastion: -L 5432:db:5432 me@bastion'],
    ['/usr/bin/autossh -M20000:7 -fNT -R 80:a:1 h &', 'h: -R 80:a:1 h'],
    ['AUTOSSH_PORT=0 autossh -p22 h -L 80:a:1', 'h: -L 80:a:1 -p22 h'],
    ['env -i AUTOSSH_POLL=60 nohup autossh h > /dev/null 2>&1 &', 'h: h'],
    ['sleep 5 && exec sudo -u me autossh -D 1080 h', 'h: -D 1080 h'],
    [`su - me -c "autossh -M 0 -o 'A B' h"`, 'h: -o A B h'],
    [`sh -c "su me -c 'autossh -D 1080 h'"`, 'h: -D 1080 h'],
    ['autossh -M 0 -- h -D 1080', 'h: -D 1080 h'],
    ['autossh \\\n  -M 0 \\\n  h', 'h: h'],
    ['pkill autossh; autossh h # again', 'h: h'],
    [`pkill -f "autossh -M 0 i"; autossh h`, 'h: h'],
    ['if [ -x /usr/bin/autossh ]; then\n  autossh h\nfi', 'h: h'],
    ['start-stop-daemon --start --exec /usr/bin/autossh -- -M 0 -D 1080 h', 'h: -D 1080 h'],
    ['export AUTOSSH_POLL=5\nexport AUTOSSH_POLL\nautossh h', 'h: h'],
    ['ssh -N -L 80:a:1 h', 'h: -L 80:a:1 h'],
  ])('%j', (text, line) => {
    expect(lines(text)).toEqual([line]);
  });

  it.each([
    [['autossh', '-M', '0', '-D', '1080', 'h'], '1080'],
    [['-M', '0', '-D', '1080', 'h'], '1080'],
    [['h', '-D', '1080'], '1080'],
    [['AUTOSSH_POLL=5', 'autossh', '-D', '1080', 'h'], '1080'],
    [['autossh -D 1080 h'], '1080'],
    [['ssh', '-D', '1080', 'h'], '1080'],
  ])('may be given as words: %j', (words, forward) => {
    expect(imported({ words }).loaded).toMatchObject([
      { host: 'h', forwards: [{ text: forward }] },
    ]);
  });

  it('becomes a table that a person could have written', () => {
    const text =
      'AUTOSSH_POLL=600 autossh -M 20000 -f -p 22 -L 80:a:1 -L 81:a:1 -R 1 -D 2 me@db.lan';
    expect(imported({ text, file: '/etc/rc.local' }).toml).toBe(`#:schema tunnels.schema.json

# from /etc/rc.local

[tunnels.db]
host = "me@db.lan"
local = ["80:a:1", "81:a:1"]
remote = ["1"]
socks = ["2"]
options = ["-p", "22"]
heartbeat = "mux" # was -M 20000
poll = "10m"
`);
  });

  it.each([
    ['AUTOSSH_POLL=60', { pollMs: 60_000 }],
    ['AUTOSSH_POLL=0x10', { pollMs: 16_000 }],
    ['AUTOSSH_POLL=999999', { pollMs: 86_400_000 }],
    ['AUTOSSH_GATETIME=0', { rules: { gateMs: 0 } }],
    ['AUTOSSH_GATETIME=45', { rules: { gateMs: 45_000 } }],
    ['AUTOSSH_MAXSTART=5', { rules: { maxStarts: 5 } }],
    ['AUTOSSH_MAXSTART=-1', { rules: { maxStarts: -1 } }],
    ['AUTOSSH_MAXSTART=2000000000', { rules: { maxStarts: -1 } }],
  ])('keeps what %s said', (assignment, expected) => {
    expect(imported({ text: `${assignment} autossh -M 0 h` }).loaded).toMatchObject([expected]);
  });

  it('has no gate time with -f', () => {
    const { loaded } = imported({ text: 'AUTOSSH_GATETIME=45 autossh -f h' });
    expect(loaded).toMatchObject([{ rules: { gateMs: 0 } }]);
  });

  it.each([
    ['AUTOSSH_PORT=0 autossh -M 20000 h', 'was -M 0'],
    ['autossh -M 20000:7 h', 'was -M 20000:7'],
  ])('gets the mux heartbeat: %s', (text, comment) => {
    const { toml, loaded } = imported({ text });
    expect(loaded).toMatchObject([{ heartbeat: 'mux' }]);
    expect(toml).toContain(`heartbeat = "mux" # ${comment}\n`);
  });

  it.each([
    ['AUTOSSH_LOGFILE=/l AUTOSSH_MAXLIFETIME=5 autossh h', 'AUTOSSH_LOGFILE, AUTOSSH_MAXLIFETIME'],
    ['AUTOSSH_POLL=often autossh h', 'invalid poll time "often"'],
    ['AUTOSSH_MAXSTART=0 autossh h', 'AUTOSSH_MAXSTART was 0'],
    ['autossh h sleep 5', 'left out: sleep 5'],
    ['autossh -i $KEYS/key h', 'left out: -i $KEYS/key has $KEYS, whose value is not known here'],
    ['autossh -L 80:a:1 -L 127.0.0.1:80:b:1 h', 'left out: 127.0.0.1:80:b:1 listens where 80:a:1'],
  ])('notes what is not as it was: %s', (text, note) => {
    const { notes, toml } = imported({ text });
    expect(notes).toEqual([expect.stringContaining(note)]);
    expect(toml).toContain(`# ${notes[0]!.replace('h: ', '')}\n[tunnels.h]`);
  });

  it.each([
    ['', 'no tunnel found'],
    ['ls -l', 'no tunnel found'],
    ['ssh h uptime', 'no tunnel found'],
    ['autossh -M 0', 'missing host'],
    ['autossh -M 0 -L 80 h', '-L "80" names no target; did you mean -D 80?'],
    [`autossh 'h`, 'has a quote that is never closed'],
    ['autossh -V', 'with -V ssh does not keep a tunnel up'],
    ['x'.repeat(1_000_001), 'longer than'],
  ])('that is none is refused: %.40j', (text, wrong) => {
    expect(importTunnels({ text })).toEqual({ wrong: expect.stringContaining(wrong) });
  });

  it('that cannot be read does not hold up the others', () => {
    const { loaded, notes } = imported({ text: 'autossh -z h\nautossh -D 1080 h' });
    expect(loaded).toHaveLength(1);
    expect(notes).toEqual(['left out: line 1: ssh has no option -z']);
  });
});

describe('a crontab', () => {
  it('has one tunnel for each line, with the variables above it', () => {
    const text = `# m h dom mon dow command
SHELL=/bin/sh
AUTOSSH_GATETIME = "0"
@reboot autossh -M 0 -f -L 80:a:1 one
*/5 * * * * root pgrep autossh || /usr/bin/autossh -D 1080 two > /dev/null
0 0 1,15 jan-mar MON-FRI autossh -o 'RemoteCommand=date +\\%F' three % input autossh four
AUTOSSH_POLL=60
@daily ls
@reboot autossh five
`;
    expect(lines(text)).toEqual([
      'one: -L 80:a:1 one',
      'two: -D 1080 two',
      'three: -o RemoteCommand=date +%F three',
      'five: five',
    ]);
    const { loaded, toml } = imported({ text });
    expect(loaded.map(({ pollMs }) => pollMs)).toEqual([5000, 5000, 5000, 60_000]);
    expect(toml.match(/gate = "0s"/g)).toHaveLength(4);
  });

  it('that starts a tunnel twice has it once', () => {
    const text = '@reboot autossh -D 1080 h\n*/5 * * * * autossh -D 1080 h\n';
    expect(lines(text)).toEqual(['h: -D 1080 h']);
  });
});

describe('a list of words', () => {
  const compose = (words: string) => `services:\n  t:\n    command: ${words}\n`;

  it.each([
    ['["autossh", "-N", "-L", "${P:-80}:a:1", "${U:-me}@h"]', 'h: -L 80:a:1 me@h'],
    ['["sh", "-c", "P=90; autossh -N -L ${P:-80}:a:1 h"]', 'h: -L 90:a:1 h'],
    ['["autossh", "-N", "-L", "80:a:1", "${U}@h"]', 'h: -L 80:a:1 ${U}@h (off)'],
  ])('has its defaults filled in, as Compose does: %s', (words, line) => {
    expect(lines(compose(words))).toEqual([line]);
  });

  it('has them in a Dockerfile as well', () => {
    const text = 'FROM a\nENTRYPOINT ["autossh", "-N", "-L", "${P:-80}:a:1", "${U:-me}@h"]\n';
    expect(lines(text)).toEqual(['h: -L 80:a:1 me@h']);
  });
});

it('notes the user of a session of NixOS at that session, and not at a unit beside it', () => {
  const text = `{ services.autossh.sessions = [ { name = "a"; user = "me";
      extraArguments = "-N -D 1080 a"; } ];
    systemd.services.b.serviceConfig.ExecStart = "/bin/autossh -M 0 -N -D 1081 b"; }`;
  expect(imported({ text }).notes).toEqual(['a: NixOS ran it as user me']);
});

describe('tunnels that listen at one place', () => {
  it('are not enabled but for the first', () => {
    const text =
      'autossh -L 80:a:1 h\nautossh -L 80:b:1 h\nautossh -L 81:a:1 h\nautossh -L 81:b:1 i';
    expect(lines(text)).toEqual([
      'h: -L 80:a:1 h',
      'h-80: -L 80:b:1 h (off)',
      'h-81: -L 81:a:1 h',
      'i: -L 81:b:1 i (off)',
    ]);
    expect(imported({ text }).notes).toContain(
      'i: not enabled: 81:b:1 listens where tunnel h-81 does',
    );
  });

  it('may be at two far sides, or where the server chooses', () => {
    const text = 'autossh -R 80:a:1 h\nautossh -R 80:a:1 i\nautossh -R 0:a:1 h\nautossh -R 0:b:1 h';
    expect(lines(text).filter((line) => line.includes('off'))).toEqual([]);
  });
});

describe('a systemd unit', () => {
  const UNIT = `[Unit]
Description=A tunnel
After=network.target
[Service]
User=me
Environment="AUTOSSH_GATETIME=0" AUTOSSH_POLL=60
Environment=PORT=2222 'FORWARDS=-L 80:a:1 -D 1080'
ExecStart=-/usr/bin/autossh -M 0 -N \\
  # in between
  -o "ExitOnForwardFailure yes" \\
  -p \${PORT} $FORWARDS \\
  me@bastion
Restart=always
[Install]
WantedBy=multi-user.target
`;

  it('is read with its variables and continued lines', () => {
    const options = '-o ExitOnForwardFailure yes -p 2222';
    expect(lines(UNIT)).toEqual([`bastion: -L 80:a:1 -D 1080 ${options} me@bastion`]);
    const { notes, loaded } = imported({ text: UNIT });
    expect(loaded).toMatchObject([{ pollMs: 60_000, rules: { gateMs: 0 } }]);
    expect(notes).toEqual(['bastion: the unit ran it as user me']);
  });

  it.each([
    ['ExecStart=autossh h@%i', 'not enabled: line 2: its host has %i'],
    ['ExecStart=autossh -p ${PORT} h', 'line 2: left out: -p ${PORT} has ${PORT}'],
    ['EnvironmentFile=/etc/default/autossh\nExecStart=autossh h', 'in /etc/default/autossh'],
  ])('notes what only systemd knows: %j', (settings, note) => {
    const { notes } = imported({ text: `[Service]\n${settings}\n` });
    expect(notes).toEqual([expect.stringContaining(note)]);
  });

  it.each([
    ['ExecStart=@autossh tunnel h', 'h: h'],
    ['ExecStart=autossh i\nExecStart=\nExecStart=autossh h', 'h: h'],
    [`ExecStart=/bin/sh -c 'exec autossh -D 1080 h'`, 'h: -D 1080 h'],
    ['ExecStart=autossh -o "A=%%h $$x" h', 'h: -o A=%h $x h'],
  ])('as systemd reads it: %j', (settings, line) => {
    expect(lines(`[Service]\n${settings}\n`)).toEqual([line]);
  });

  it('may stand beside others, each with its own variables', () => {
    const one = '[Unit]\n[Service]\nEnvironment=AUTOSSH_POLL=60\nExecStart=autossh one\n';
    const two = '[Unit]\n[Service]\nExecStart=autossh two\n';
    expect(imported({ text: one + two }).loaded.map(({ pollMs }) => pollMs)).toEqual([
      60_000, 5000,
    ]);
  });

  it('may have its options in a variable that is not known', () => {
    const text = '[Service]\nExecStart=autossh -M 0 $OPTIONS ${MORE} -p 22 h\n';
    expect(lines(text)).toEqual(['h: -p 22 h']);
    expect(imported({ text }).notes).toEqual([
      'h: line 2: left out: $OPTIONS, whose value is not known here',
      'h: line 2: left out: ${MORE}, whose value is not known here',
    ]);
    expect(lines('autossh $A $HOST')).toEqual(['HOST: $HOST (off)']);
  });

  it('is read with its drop-ins, as systemctl cat shows them', () => {
    const text = `# /etc/systemd/system/a.service
[Unit]
[Service]
ExecStart=autossh one
# /etc/systemd/system/a.service.d/poll.conf
[Service]
Environment=AUTOSSH_POLL=60
# /etc/systemd/system/b.service
[Service]
ExecStart=autossh two
`;
    expect(imported({ text }).loaded.map(({ pollMs }) => pollMs)).toEqual([60_000, 5000]);
  });
});

const SSH_CONFIG = `Include other
LocalForward 1 a:1
Host db alias
  HostName 127.0.0.1
  localforward = 5432 db.internal:5432   # the database
  LocalForward "127.0.0.1:5433" [::1]:5433
  LocalForward /tmp/a\\ b.sock /run/b.sock
  RemoteForward 1080
  RemoteForward 8080 localhost:80
  DynamicForward *:1081
Host nothing
  Port 22
Host *.lan
  LocalForward 80 a:80
Match user me
  DynamicForward 9
Host web
  LocalForward 5432 x:5432
  LocalForward 90 x:http
`;

describe('an ssh_config', () => {
  it('has a tunnel for each host with forwards', () => {
    expect(lines(SSH_CONFIG)).toEqual([
      'db: -L 5432:db.internal:5432 -L 127.0.0.1:5433:[::1]:5433 -L /tmp/a b.sock:/run/b.sock -R 1080 -R 8080:localhost:80 -D *:1081 db',
      'web: -L 5432:x:5432 web (off)',
    ]);
  });

  it('has notes about what is no tunnel', () => {
    expect(imported({ text: SSH_CONFIG }).notes).toEqual([
      'Include other was not followed',
      'the forwards before the first Host are for more than one host: ssh adds them itself',
      'the forwards of Host *.lan are for more than one host: ssh adds them itself',
      'the forwards of Match user me are for more than one host: ssh adds them itself',
      expect.stringContaining('ssh makes identical ones only once'),
      'db: Host db alias names alias too, which got no tunnel',
      'web: left to ssh_config: LocalForward "90:x:http" has "http" as its target port, not 1 to 65535',
      'web: not enabled: 5432:x:5432 listens where tunnel db does',
    ]);
  });

  const noSsh = skipWithout('ssh', spawnSync('ssh', ['-V']).status === 0);

  it.skipIf(noSsh)('and its tunnels together make each forward only once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-import-'));
    const file = join(folder, 'config');
    writeFileSync(file, SSH_CONFIG.replace('Include other\n', ''));
    const forwards = (...args: readonly string[]) =>
      execFileSync('ssh', ['-F', file, '-G', ...args], { encoding: 'utf8', stdio: 'pipe' })
        .split('\n')
        .filter((line) => /^(?:local|remote|dynamic)forward /.test(line))
        .toSorted();
    const letters = { local: '-L', remote: '-R', socks: '-D' };
    try {
      for (const tunnel of imported({ text: SSH_CONFIG }).loaded) {
        const args = tunnel.forwards.flatMap(({ kind, text }) => [letters[kind], text]);
        expect(args.length).toBeGreaterThan(0);
        expect(forwards(...args, tunnel.host)).toEqual(forwards(tunnel.host));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('whatever is imported', () => {
  const WORDS = `autossh ssh " ' \\ $ % = # & > -M 0 20000 -f -N -L 80:a:1 -R -D1080 -o -- h me@i.lan
    AUTOSSH_POLL= AUTOSSH_PORT= AUTOSSH_MAXSTART= -1 ExecStart= Environment= constructor __proto__`;
  const LINES = ['[Unit]\n', '[Service]\n', '@reboot ', '* * * * * ', 'Host ', 'Match '];
  const FORWARDS = ['LocalForward ', 'DynamicForward '];
  const ODD = [' ', '\n', '\u0000', '\u001b', '\ud800', '\u202e', '\u007f'];
  const part = fc.constantFrom(...WORDS.split(/\s+/), ...LINES, ...FORWARDS, ...ODD);
  const blank = fc.constant(' ');
  const text = fc.array(
    fc.oneof({ weight: 9, arbitrary: part }, { weight: 4, arbitrary: blank }, fc.string()),
    { maxLength: 40 },
  );

  function expectPromises(source: ImportSource): void {
    const result = importTunnels(source);
    if ('wrong' in result) {
      expect(result.wrong).toMatch(/^[^\p{Cc}\p{Cs}]+$/u);
      return;
    }
    expect(load(result.toml)).toHaveLength(result.tunnels);
    expect(result.toml).toMatch(/^[^\p{Cf}\p{Cs}]+$/u);
    expect(result.toml.replaceAll('\n', '')).toMatch(/^\P{Cc}+$/u);
    for (const note of result.notes) expect(note).toMatch(/^[^\p{Cc}\p{Cs}]+$/u);
  }

  it('never throws, and gives a file that loads: any text', () => {
    fc.assert(
      fc.property(text, (parts) => expectPromises({ text: parts.join(''), file: parts.join('') })),
      { numRuns: 3000 },
    );
  });

  it('never throws, and gives a file that loads: any command', () => {
    fc.assert(
      fc.property(text, (parts) => expectPromises({ text: `autossh ${parts.join(' ')} h` })),
      { numRuns: 2000 },
    );
  });

  it('never throws, and gives a file that loads: any words', () => {
    fc.assert(
      fc.property(text, (words) => expectPromises({ words })),
      { numRuns: 2000 },
    );
  });
});
