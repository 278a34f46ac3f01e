import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  autosshCommand,
  endRuns,
  type Settings,
  startAutossh,
  type StartedRun,
  startRun,
} from './support/autossh.ts';
import { createRunFolder } from './support/run-folder.ts';
import {
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';

const PATIENT = { timeout: 90_000, interval: 50 };

/** Asks often, and leaves a busy machine 3 s for each of two tries. */
const WATCHFUL: Settings = { AUTOSSH_POLL: '6', AUTOSSH_FIRST_POLL: '1' };

/** What ssh writes for a probe that its server refuses. */
const NOISE = 'mux_confirm_remote_forward: remote port forwarding failed';

const SFTP = 'Subsystem sftp internal-sftp';

const missing = sshdAvailable();

describe.skipIf(missing !== undefined)(
  `the heartbeat that nobody asked for${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let granting: NamespaceSshd;
    let refusing: NamespaceSshd;

    beforeAll(async () => {
      granting = await startSshdInNamespace([SFTP]);
      refusing = await startSshdInNamespace([SFTP, 'AllowTcpForwarding no']);
    });

    afterAll(async () => {
      await granting.close();
      await refusing.close();
    });

    afterEach(async () => {
      await endRuns();
      for (const sshd of [granting, refusing]) sshd.dropSessions();
    });

    const startAt = (
      sshd: NamespaceSshd,
      options: readonly string[],
      command: readonly string[] = [],
      settings: Settings = {},
    ) =>
      startAutossh([...options, ...sshd.clientArguments(), sshd.destination, ...command], {
        ...WATCHFUL,
        ...settings,
      });

    const heartbeats = (run: StartedRun, least: number) =>
      expect.poll(() => run.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(least);

    const noises = ({ stderr }: StartedRun) => stderr.split(NOISE).length - 1;

    /** Where the sockets of a run are; nowhere when it has ended. */
    const socketFolders = ({ folder }: StartedRun) =>
      readdirSync(folder.path).filter((name) => name.startsWith('autossh-'));

    test('runs a command once, and says in one line that the server refuses', async () => {
      const run = startAt(refusing, [], ['echo run; sleep 4']);
      await expect.poll(() => run.log, PATIENT).toContain('no heartbeat: the server refuses');
      expect(await run.ended).toBe(0);
      expect([run.stdout, run.starts, noises(run)]).toEqual(['run\n', 1, 1]);
      expect(socketFolders(run)).toEqual([]);
    });

    test('keeps all of the input together', async () => {
      const run = startAt(refusing, ['-q'], ['cat; sleep 3']);
      const lines = Array.from({ length: 100_000 }, (_, index) => `${index + 1}\n`).join('');
      run.write(lines);
      await heartbeats(run, 1);
      run.endInput();
      expect(await run.ended).toBe(0);
      expect(run.stdout).toBe(lines);
      expect([run.starts, run.stderr]).toEqual([1, '']);
    });

    test('needs nothing that -N, -q and ClearAllForwardings take away, and is not heard', async () => {
      const runs = [[], ['-q'], ['-oClearAllForwardings=yes'], ['-oGatewayPorts=yes']].map((more) =>
        startAt(refusing, ['-N', ...more]),
      );
      for (const run of runs) {
        await heartbeats(run, 3);
        expect([run.starts, run.stderr], run.log).toEqual([1, '']);
      }
    });

    test('does not keep a session from ending', async () => {
      const run = startAt(granting, ['-n'], ['sleep 4'], { AUTOSSH_POLL: '1' });
      await heartbeats(run, 2);
      // It would never end.
      expect(await run.ended).toBe(0);
      expect([run.starts, run.stderr]).toEqual([1, '']);
    });

    test('finds a frozen connection; input that was read is not given to another ssh', async () => {
      const tunnel = startAt(granting, ['-N'], [], { AUTOSSH_POLL: '2' });
      const reader = startAt(granting, [], ['cat'], { AUTOSSH_POLL: '2' });
      reader.write('one\n');
      await expect.poll(() => reader.stdout, PATIENT).toBe('one\n');
      await heartbeats(tunnel, 1);
      await heartbeats(reader, 1);
      granting.freeze();
      await expect.poll(() => tunnel.starts, PATIENT).toBeGreaterThanOrEqual(2);
      expect(await reader.ended).toBe(1);
      expect(reader.starts).toBe(1);
      expect(reader.log).toContain('it reads its input from a pipe or a file');
    });

    test('lets an ssh live that is stopped, or has not logged in', async () => {
      const run = startAt(granting, [], ['cat'], { AUTOSSH_POLL: '2' });
      await heartbeats(run, 1);
      process.kill(run.sshPid, 'SIGSTOP');
      await expect.poll(() => run.log, PATIENT).toContain('ssh itself does not answer');
      process.kill(run.sshPid, 'SIGCONT');
      await heartbeats(run, run.count('connection ok') + 1);
      const slow = startAt(granting, ['-N', '-oProxyCommand=sleep 1000'], [], {
        AUTOSSH_POLL: '1',
      });
      await expect.poll(() => slow.log, PATIENT).toContain('ssh has not logged in yet');
      expect([run.starts, slow.starts]).toEqual([1, 1]);
    });

    test('is its own master, whatever ssh_config says, and stays in the foreground', async () => {
      const folder = createRunFolder();
      folder.writeScript(
        'config',
        'Host *',
        ' ControlMaster auto',
        ` ControlPath ${folder.path}/users`,
        ' ControlPersist 60',
        ' IgnoreUnknown ForkAfterAuthentication',
        ' ForkAfterAuthentication yes',
      );
      const options = granting.clientArguments().filter((word, at, all) => {
        return word !== '-F' && all[at - 1] !== '-F';
      });
      const words = ['-N', '-F', folder.file('config'), ...options, granting.destination];
      const run = startAutossh(words, { ...WATCHFUL, AUTOSSH_POLL: '1' }, folder);
      await heartbeats(run, 3);
      expect(run.starts).toBe(1);
      expect(readdirSync(folder.path)).not.toContain('users');
    });

    test('is left out where it cannot be had, and ssh runs all the same', async () => {
      const folder = createRunFolder();
      const AUTOSSH_PATH = folder.writeScript('ssh', 'case $1 in -o) exit 9 ;; esac', 'echo here');
      const other = startAutossh(['host'], { AUTOSSH_PATH }, folder);
      expect(await other.ended).toBe(0);
      expect(other.stdout).toBe('here\n');
      expect(other.count('no heartbeat: ')).toBe(1);
      const own = startAt(granting, ['-S', 'none'], ['echo here'], WATCHFUL);
      expect(await own.ended).toBe(0);
      expect(own.stdout).toBe('here\n');
      expect(own.log).toContain('no heartbeat: ssh uses your own control socket (-S)');
    });

    test('goes without when ssh could not make its socket', async () => {
      const folder = createRunFolder();
      const AUTOSSH_PATH = folder.writeScript(
        'ssh',
        `rm -rf ${folder.path}/autossh-*`,
        'exec ssh "$@"',
      );
      const words = ['-N', ...granting.clientArguments(), granting.destination];
      const run = startAutossh(words, { ...WATCHFUL, AUTOSSH_PATH }, folder);
      await expect.poll(() => run.log, PATIENT).toContain('no heartbeat: unix_listener: ');
      await expect.poll(() => run.starts, PATIENT).toBe(2);
    });

    test.each(['granting', 'refusing'] as const)(
      'serves scp, sftp, rsync, git and ProxyCommand at a server that is %s',
      async (kind) => {
        const sshd = kind === 'granting' ? granting : refusing;
        const folder = createRunFolder();
        const quoted = [...autosshCommand(), ...sshd.clientArguments()].map((word) => `'${word}'`);
        folder.writeScript('here', `exec ${quoted.join(' ')} "$@"`);
        const host = sshd.destination;
        folder.writeScript(
          'all',
          `set -e; cd ${folder.path}; seq 1 300000 >big; here=$PWD/here`,
          `scp -q -S $here big ${host}:$PWD/by-scp`,
          `echo "put big $PWD/by-sftp" | sftp -q -b - -S $here ${host} >&2`,
          `if command -v rsync >/dev/null; then rsync -e $here --bwlimit=1000 big ${host}:$PWD/by-rsync`,
          'else cp big by-rsync; fi',
          'git init -q a; export GIT_SSH_COMMAND=$here GIT_SSH_VARIANT=ssh',
          'git -C a -c user.name=n -c user.email=e commit -q --allow-empty -m first',
          `git clone -q ${host}:$PWD/a b`,
          ...(kind === 'granting'
            ? [
                `ssh ${sshd.clientArguments().join(' ')} -o "ProxyCommand=$here -W %h:%p ${host}" ${host} 'sleep 3; echo through'`,
              ]
            : ['echo through']),
          'for copy in by-*; do cmp big $copy; done; git -C b log --format=%s',
        );
        const settings = { AUTOSSH_POLL: '1', AUTOSSH_FIRST_POLL: '1' };
        const run = startRun([folder.file('all')], settings, folder);
        expect(await run.ended, run.stderr + run.log).toBe(0);
        expect(run.stdout).toBe('through\nfirst\n');
        // The last of them may still be writing.
        const ends = () =>
          readFileSync(folder.file('log'), 'utf8').split('autossh exiting').length - 1;
        await expect.poll(ends, PATIENT).toBe(run.starts);
        expect(readdirSync(folder.path).filter((name) => name.startsWith('autossh-'))).toEqual([]);
      },
    );
  },
);
