import type { EmbeddedServer } from '@holdfast/demo';
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  autosshCommand,
  endRuns,
  type Settings,
  startAutossh,
  type StartedRun,
  startRun,
} from './support/autossh.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { factsOf, wordsOf } from './support/process-facts.ts';
import { createRunFolder, type RunFolder } from './support/run-folder.ts';
import { startOnTerminal, terminalAvailable } from './support/terminal.ts';

const PASSPHRASE = 'not much of a secret';
const QUESTION = 'Enter passphrase for key';
const ADDING = 'AddKeysToAgent=yes';

let server: EmbeddedServer;
let folder: RunFolder;

beforeEach(async () => {
  server = await startServer();
  folder = createRunFolder();
});

afterEach(async () => {
  await endRuns();
  await endScene();
});

/** autossh's words for a connection that may use an agent. */
function tunnelWords(): string[] {
  const words = server.clientArguments();
  words.splice(words.indexOf('IdentityAgent=none') - 1, 2);
  return ['-M', '0', ...words, '-N', server.destination];
}

/** Locks the key with which the server is entered. */
function lockKey() {
  const words = server.clientArguments();
  const key = words[words.indexOf('-i') + 1] ?? '';
  const { status, stderr } = spawnSync(
    'ssh-keygen',
    ['-q', '-p', '-P', '', '-N', PASSPHRASE, '-f', key],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`ssh-keygen: ${stderr}`);
}

const startHere = (settings: Settings = {}, words = tunnelWords()) =>
  startOnTerminal(autosshCommand(...words), settings, folder);

/** The process of autossh itself, by its log. */
const autosshPid = ({ log }: StartedRun) => Number(/ autossh\[(\d+)\]/.exec(log)?.[1]);

const agents = () => folder.processes().filter((pid) => wordsOf(pid)[0] === 'ssh-agent');

const agentFolders = () =>
  readdirSync(folder.path).filter((name) => name.startsWith('autossh-agent-'));

const expectConnections = (count: number) =>
  expect.poll(() => [server.connections, server.acceptedConnections], PATIENT).toEqual([1, count]);

async function enterPassphrase(run: StartedRun, time: number) {
  const questions = () => run.stdout.split(QUESTION).length - 1;
  await expect.poll(questions, PATIENT).toBe(time);
  run.write(`${PASSPHRASE}\r`);
}

async function connectOnTerminal(settings: Settings = {}) {
  lockKey();
  const run = startHere(settings);
  await enterPassphrase(run, 1);
  await expectConnections(1);
  return run;
}

const missing = terminalAvailable();

describe.skipIf(missing !== undefined)(
  `on a terminal${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    test('an agent of the session keeps the key, so that nobody is asked twice', async () => {
      const run = await connectOnTerminal({ SSH_AUTH_SOCK: folder.file('nobody-here') });
      server.dropConnections();
      await expectConnections(2);
      expect(run.stdout.split(QUESTION)).toHaveLength(2);
    });

    test('only the user can enter the folder of the agent', async () => {
      const run = await connectOnTerminal();
      const { environment, words } = factsOf(run.sshPid);
      const socket = environment['SSH_AUTH_SOCK'] ?? '';
      expect(words.slice(1, 3)).toEqual(['-o', ADDING]);
      expect(agents().map((pid) => wordsOf(pid).includes(socket))).toEqual([true]);
      expect((statSync(dirname(socket)).mode & 0o777).toString(8)).toBe('700');
    });

    test('the agent ends with autossh, and its folder is gone', async () => {
      const run = await connectOnTerminal();
      expect(agentFolders()).toHaveLength(1);
      process.kill(autosshPid(run), 'SIGTERM');
      expect(await run.ended).toBe(1);
      await expect.poll(() => folder.processes(), PATIENT).toEqual([]);
      expect(agentFolders()).toEqual([]);
    });

    test('the agent ends with an autossh that is killed, though the terminal stays', async () => {
      const shell = ['/bin/sh', '-c', '"$@"; exec sleep 1000', 'sh'];
      const run = startOnTerminal([...shell, ...autosshCommand(...tunnelWords())], {}, folder);
      await expectConnections(1);
      expect(agents()).toHaveLength(1);
      process.kill(autosshPid(run), 'SIGKILL');
      await expect.poll(agents, PATIENT).toEqual([]);
    });

    test('there is none with AUTOSSH_AGENT=no', async () => {
      const run = await connectOnTerminal({ AUTOSSH_AGENT: 'no' });
      expect(agents()).toEqual([]);
      expect(factsOf(run.sshPid).words).not.toContain(ADDING);
      server.dropConnections();
      await enterPassphrase(run, 2);
      await expectConnections(2);
    });

    test.each(['1.3', '1.4'])('there is none under the rules %s', async (rules) => {
      const run = await connectOnTerminal({ AUTOSSH_RULES: rules });
      expect(agents()).toEqual([]);
      expect(factsOf(run.sshPid).words).not.toContain(ADDING);
    });

    test('one that answers is used as it is', async () => {
      const socket = folder.file('own-agent');
      startRun(['ssh-agent', '-D', '-a', socket], {}, folder);
      await expect.poll(() => readdirSync(folder.path), PATIENT).toContain('own-agent');
      const run = await connectOnTerminal({ SSH_AUTH_SOCK: socket });
      const { environment, words } = factsOf(run.sshPid);
      expect(environment['SSH_AUTH_SOCK']).toBe(socket);
      expect(words).not.toContain(ADDING);
      expect(agents()).toHaveLength(1);
    });

    /** An agent that ssh_config chose, with the words that make ssh read that. */
    async function configure(...lines: readonly string[]) {
      const socket = folder.file('other-agent');
      startRun(['ssh-agent', '-D', '-a', socket], {}, folder);
      await expect.poll(() => readdirSync(folder.path), PATIENT).toContain('other-agent');
      writeFileSync(folder.file('more'), lines.join('\n').replace('SOCKET', socket));
      writeFileSync(folder.file('config'), `Include ${folder.file('more')}\n`);
      const words = tunnelWords();
      words.splice(words.indexOf('-F'), 2);
      const keys = () =>
        spawnSync('ssh-add', ['-l'], { env: { ...process.env, SSH_AUTH_SOCK: socket } }).status;
      return {
        words: [...words.slice(0, 2), '-F', folder.file('config'), ...words.slice(2)],
        keys,
      };
    }

    test('no key is put into another agent that ssh_config names', async () => {
      lockKey();
      const { words, keys } = await configure('IdentityAgent SOCKET', 'AddKeysToAgent no');
      const run = startHere({}, words);
      await enterPassphrase(run, 1);
      await expectConnections(1);
      expect(factsOf(run.sshPid).words).not.toContain(ADDING);
      // Status 1: it has none.
      expect(keys()).toBe(1);
      expect(agents()).toHaveLength(1);
      expect(agentFolders()).toEqual([]);
    });

    test('no key is put anywhere if ssh_config says so', async () => {
      lockKey();
      const { words } = await configure('Host *', '  AddKeysToAgent no');
      const run = startHere({}, words);
      await enterPassphrase(run, 1);
      await expectConnections(1);
      expect(factsOf(run.sshPid).words).not.toContain(ADDING);
    });

    test.each([
      ['the folder of temporary files is missing', { TMPDIR: '/nowhere' }, undefined],
      ['the path is too long', { TMPDIR: `/tmp/${'x'.repeat(100)}` }, undefined],
      ['ssh-agent is broken', {}, ['echo garbage', 'exit 3']],
      ['ssh-agent hangs', {}, ['exec sleep 1000']],
    ])('the connection is made when %s', async (_title, settings, script) => {
      if (script !== undefined) folder.writeScript('ssh-agent', ...script);
      const PATH = `${folder.path}:${folder.environment['PATH']}`;
      const run = await connectOnTerminal({ PATH, ...settings });
      expect(run.log).not.toContain('internal error');
      const line = 'no ssh-agent for this session: ';
      expect(run.count(line)).toBe(script === undefined ? 0 : 1);
    });

    test('what the user says about adding keys stands', async () => {
      lockKey();
      const run = startHere({}, ['-o', 'AddKeysToAgent=no', ...tunnelWords()]);
      await enterPassphrase(run, 1);
      await expectConnections(1);
      expect(factsOf(run.sshPid).words).not.toContain(ADDING);
      expect(agents()).toHaveLength(1);
    });
  },
);

describe('without a terminal', () => {
  test('there is no agent, and ssh gets what the user gave', async () => {
    const words = tunnelWords();
    const run = startAutossh(words, {}, folder);
    await expectConnections(1);
    expect(agents()).toEqual([]);
    expect(factsOf(run.sshPid).words).toEqual(['/usr/bin/ssh', ...words.slice(2)]);
    expect(factsOf(run.sshPid).environment).not.toHaveProperty('SSH_AUTH_SOCK');
  });

  test('AUTOSSH_AGENT=yes starts one, and nobody is asked twice', async () => {
    lockKey();
    const askpass = folder.writeScript(
      'askpass',
      `echo asked >> ${folder.path}/questions`,
      `echo '${PASSPHRASE}'`,
    );
    const settings = {
      AUTOSSH_AGENT: 'yes',
      SSH_ASKPASS: askpass,
      SSH_ASKPASS_REQUIRE: 'force',
    };
    const run = startAutossh(tunnelWords(), settings, folder);
    await expectConnections(1);
    server.dropConnections();
    await expectConnections(2);
    expect(folder.read('questions')).toBe('asked\n');
    run.signal('SIGTERM');
    expect(await run.ended).toBe(1);
    await expect.poll(() => folder.processes(), PATIENT).toEqual([]);
    expect(agentFolders()).toEqual([]);
  });
});
