import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { missingPart } from './missing-part.ts';

const SYSTEMD = '/lib/systemd/systemd';

/** Where units of this systemd are. */
const UNITS = '/run/user/0/systemd/user';

/**
 * A systemd for a user's units needs a control group of its own, a runtime directory, and to be the first of its processes: so it lives in
 * namespaces, and ends with them when its standard input does.
 */
const BEGIN = `
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system ${UNITS} && chmod 700 /run/user/0 || exit 1
mount -t tmpfs tmpfs /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup || exit 1
${SYSTEMD} --user >/dev/null 2>&1 &
until [ -S /run/user/0/systemd/private ]; do sleep 0.1; done
echo ready
cat
`;

const NAMESPACES = ['--mount', '--pid', '--fork', '--mount-proc', '--cgroup', '--kill-child'];

/** What is missing to run one. For `skipIf`; with CI=true it throws. */
export function systemdUserAvailable(): string | undefined {
  return missingPart(missing());
}

function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'a systemd of its own takes root';
  if (!existsSync(SYSTEMD)) return 'no systemd: apt-get install systemd';
  const { status } = spawnSync('unshare', [...NAMESPACES, 'mount', '-t', 'cgroup2', 'x', '/mnt']);
  return status === 0 ? undefined : 'namespaces and control groups cannot be made here';
}

/** How a program ended, and what it wrote. */
interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `systemd --user`. */
export interface SystemdUser {
  /** Writes a unit file, and has it read. */
  write(name: string, unit: string): Promise<void>;
  /** Runs systemctl; never rejects. */
  systemctl(...words: readonly string[]): Promise<Ran>;
  /** Runs a program where this systemd is, with its environment; never rejects. */
  run(...words: readonly string[]): Promise<Ran>;
  /** Properties of a unit, as `systemctl show` has them. */
  show(unit: string, ...names: readonly string[]): Promise<Record<string, string>>;
  end(): Promise<void>;
}

/** Starts one; its own runtime directory is part of any environment. */
export async function startSystemdUser(
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<SystemdUser> {
  const env = {
    PATH: process.env['PATH'],
    HOME: '/root',
    ...environment,
    XDG_RUNTIME_DIR: '/run/user/0',
  };
  const child = spawn('unshare', [...NAMESPACES, '--propagation', 'private', 'sh', '-c', BEGIN], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  const { pid } = child;
  const first = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  if (first === '') throw new Error('systemd --user did not come up');
  const inside = ['--target', first, '--mount', '--pid', '--cgroup', '--'];
  const execute = promisify(execFile);
  const run = async (...words: readonly string[]): Promise<Ran> =>
    await execute('nsenter', [...inside, ...words], { env }).then(
      ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
      ({ code: status, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
        status,
        stdout,
        stderr,
      }),
    );
  const systemctl = (...words: readonly string[]) => run('systemctl', '--user', ...words);
  return {
    run,
    systemctl,
    async write(name, unit) {
      const words = [...inside, 'tee', `${UNITS}/${name}`];
      execFileSync('nsenter', words, { input: unit, stdio: ['pipe', 'ignore', 'inherit'] });
      await systemctl('daemon-reload');
    },
    async show(unit, ...names) {
      const { stdout } = await systemctl(
        'show',
        unit,
        ...names.map((name) => `--property=${name}`),
      );
      return Object.fromEntries(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
      );
    },
    async end() {
      child.stdin.end();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
