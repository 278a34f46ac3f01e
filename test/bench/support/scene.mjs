// A stand-in for ssh that tells when it was started: it writes nanoseconds of the monotonic clock.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The classic autossh, if it is installed. */
export const CLASSIC = ['/usr/lib/autossh/autossh'].find((path) => existsSync(path));

const STAMP = `#!/usr/bin/perl
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
`;

/** Perl starts in a few milliseconds and is part of every Debian; the same stand-in serves all sides. */
const BEHAVIOURS = {
  'stamp and exit 0': 'stamp(); exit 0;',
  'run until killed': 'stamp(); sleep 600;',
  // What -L P:...:P and -R P:...:P+1 do together: what comes in at P goes out to P+1.
  'relay the loop': `stamp(); use IO::Socket::INET;
my ($p) = grep { /^\\d+:127/ } @ARGV; $p =~ s/:.*//;
my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $p, Listen => 5, ReuseAddr => 1) or exit 3;
while (my $in = $l->accept) {
  my $out = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $p + 1) or next;
  my $line = <$in>; print $out $line if defined $line; $out->flush; <$in>;
}`,
  'exit 255 five times': 'stamp(); exit(count() < 6 ? 255 : 0);',
};

/** A folder with a stand-in for ssh, and the environment to run it in. */
export function makeScene({ behaviour, env = {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const stamps = join(folder, 'stamps');
  const ssh = join(folder, 'ssh');
  writeFileSync(
    ssh,
    `${STAMP}my $now = clock_gettime(CLOCK_MONOTONIC);
sub stamp { open(my $f, '>>', '${stamps}'); printf $f "%.6f %d\\n", $now, $$; close $f; }
sub count { open(my $f, '<', '${stamps}'); my @l = <$f>; return scalar @l; }
${BEHAVIOURS[behaviour]}
`,
  );
  chmodSync(ssh, 0o755);
  const { NODE_EXTRA_CA_CERTS: _certificates, ...inherited } = process.env;
  const read = () => {
    try {
      return readFileSync(stamps, 'utf8').trim().split('\n').filter(Boolean);
    } catch {
      return [];
    }
  };
  const pause = () => execFileSync('sleep', ['0.01']);
  return {
    folder,
    env: {
      ...inherited,
      AUTOSSH_PATH: ssh,
      AUTOSSH_GATETIME: '0',
      // A stand-in that does not work must not be started for ever.
      AUTOSSH_MAXSTART: '20',
      AUTOSSH_LOGFILE: join(folder, 'log'),
      ...env,
    },
    forget: () => rmSync(stamps, { force: true }),
    /** Nanoseconds of each start so far. */
    stamps: () =>
      read().map((line) => BigInt(Math.round(Number(line.split(' ')[0]) * 1e6)) * 1000n),
    waitForStamp() {
      for (let i = 0; i < 500; i += 1) {
        const [first] = this.stamps();
        if (first !== undefined) return first;
        pause();
      }
      throw new Error('ssh was not started within 5 s');
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
