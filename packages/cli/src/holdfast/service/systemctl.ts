import { runProgram } from '@holdfast/engine/parts';
import { CommandError } from '../command-line/command-error.ts';
import type { Environment } from '../context.ts';

/** What systemctl is asked, and what it said. */
export interface Systemd {
  /** The words of a command, as people would type them. */
  words(...words: readonly string[]): string;
  /** Runs systemctl; throws a {@link CommandError} with what it said if it fails. */
  run(...words: readonly string[]): Promise<string>;
  /** Properties of a unit. */
  show<TName extends string>(
    unit: string,
    ...names: readonly TName[]
  ): Promise<Record<TName, string>>;
}

/** A start waits for the supervisor to answer; one that left ssh behind ends those first. */
const LONGEST_MS = 90_000;

/** The systemd of this user, or of the system. */
export function systemdOf(scope: 'user' | 'system', env: Environment): Systemd {
  const first = scope === 'user' ? ['--user'] : [];
  const words = (...more: readonly string[]) => ['systemctl', ...first, ...more].join(' ');
  const run = async (...more: readonly string[]) => {
    const found = await runProgram('systemctl', [...first, ...more], env, LONGEST_MS);
    if (found.status === 0) return found.stdout;
    throw new CommandError('failed', problemOf(words(...more), found, scope));
  };
  return {
    words,
    run,
    async show<TName extends string>(unit: string, ...names: readonly TName[]) {
      const text = await run('show', unit, ...names.map((name) => `--property=${name}`));
      const rows = text.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2));
      return Object.fromEntries(rows) as Record<TName, string>;
    },
  };
}

function problemOf(
  command: string,
  { status, stderr }: Awaited<ReturnType<typeof runProgram>>,
  scope: 'user' | 'system',
): string {
  const [said = ''] = stderr.trim().split('\n');
  if (status === null && said === '') {
    return 'systemd is not here: docs/supervisor.md has the lines for cron, OpenRC, s6 and containers';
  }
  const isUnreached = /failed to connect to (?:bus|user scope bus)/i.test(said);
  if (isUnreached && scope === 'user') {
    return `the systemd of this user does not answer (${said}): log in at the console or by ssh, or run: sudo loginctl enable-linger "$USER"`;
  }
  return `${command}: ${said === '' ? `failed with status ${status}` : said}`;
}
