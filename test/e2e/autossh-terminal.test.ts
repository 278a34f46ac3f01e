import type { EmbeddedServer } from '@holdfast/demo';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { autosshCommand, endRuns, type StartedRun } from './support/autossh.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { factsOf } from './support/process-facts.ts';
import { createRunFolder } from './support/run-folder.ts';
import { resizeTerminal, startOnTerminal, terminalAvailable } from './support/terminal.ts';

const CTRL_C = '\u0003';

const missing = terminalAvailable();

describe.skipIf(missing !== undefined)(
  `autossh on a terminal${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let server: EmbeddedServer;

    beforeEach(async () => {
      server = await startServer();
    });

    afterEach(async () => {
      await endRuns();
      await endScene();
    });

    const startHere = (...words: readonly string[]) => startOnTerminal(autosshCommand(...words));

    /** Starts autossh with a shell at the server, and waits for its prompt. */
    async function startSession(...words: readonly string[]) {
      const run = startHere(...words, ...server.clientArguments(), server.destination);
      await expect.poll(() => run.stdout, PATIENT).toContain('$ ');
      return run;
    }

    const expectOnScreen = (run: StartedRun, text: string) =>
      expect.poll(() => run.stdout, PATIENT).toContain(text);

    /** Types a command until it says this: what happened before may still be on its way. */
    const expectAnswer = (run: StartedRun, command: string, answer: string) =>
      expect
        .poll(
          () => {
            run.write(`${command}\r`);
            return run.stdout;
          },
          { ...PATIENT, interval: 200 },
        )
        .toContain(answer);

    describe.each([
      ['-M 0', ['-M', '0']],
      ['-M auto', ['-M', 'auto']],
      ['no -M', []],
    ])('with %s', (_title, words) => {
      test('gives ssh the terminal', async () => {
        const folder = createRunFolder();
        const AUTOSSH_PATH = folder.writeScript('ssh', 'exec sleep 1000');
        const run = startOnTerminal(autosshCommand(...words, 'host'), { AUTOSSH_PATH }, folder);
        await expect.poll(() => run.sshPid, PATIENT).toBeGreaterThan(0);
        const [stdin, stdout, stderr] = factsOf(run.sshPid).stdio;
        expect(stdin).toMatch(/^\/dev\/pts\//);
        expect([stdout, stderr]).toEqual([stdin, stdin]);
      });

      test('echoes and answers what is typed, and ends with the session', async () => {
        const run = await startSession(...words);
        run.write('echo some words\r');
        await expectOnScreen(run, '$ echo some words\r\nsome words\r\n$ ');
        run.write('exit\r');
        expect(await run.ended).toBe(0);
        expect(run.folder.processes()).toEqual([]);
      });

      test('tells the far end a new size of the window', async () => {
        const run = await startSession(...words);
        resizeTerminal(factsOf(run.sshPid).stdio[0] ?? '', 50, 132);
        await expectAnswer(run, 'size', '\n50 132\r\n');
      });

      test('leaves Ctrl-C to the far end', async () => {
        const run = await startSession(...words);
        run.write('sleep 3600\r');
        await expectOnScreen(run, '$ sleep 3600\r\n');
        run.write(CTRL_C);
        await expectOnScreen(run, 'interrupted\r\n$ ');
        run.write('echo still here\r');
        await expectOnScreen(run, '\nstill here\r\n');
        expect(run.starts).toBe(1);
      });

      test('begins a dropped session anew', async () => {
        const run = await startSession(...words);
        server.dropConnections();
        await expect.poll(() => server.acceptedConnections, PATIENT).toBe(2);
        await expectAnswer(run, 'echo back again', '\nback again\r\n');
        run.write('\rexit\r');
        expect(await run.ended).toBe(0);
      });
    });

    test('ends at Ctrl-C when there is no session to have it', async () => {
      const run = startHere('-M', '0', ...server.clientArguments(), '-N', server.destination);
      await expect.poll(() => server.connections, PATIENT).toBe(1);
      run.write(CTRL_C);
      expect(await run.ended).toBe(1);
      expect(run.folder.processes()).toEqual([]);
    });

    test('passes on what ssh has to say, with -M auto too', async () => {
      const other = await startServer();
      const words = [...other.clientArguments(server.port), '-o', 'NumberOfPasswordPrompts=0'];
      const run = startHere('-M', 'auto', ...words, server.destination);
      await expectOnScreen(run, 'Host key verification failed.');
    });

    test.each([
      ['-M 0', ['-M', '0']],
      ['no -M', []],
    ])('goes on when the terminal goes, with %s', async (_title, words) => {
      const settings = { AUTOSSH_LOGFILE: undefined };
      const command = autosshCommand(
        ...words,
        ...server.clientArguments(),
        '-N',
        server.destination,
      );
      const run = startOnTerminal(command, settings);
      await expectOnScreen(run, 'ssh child pid is ');
      await expect.poll(() => server.connections, PATIENT).toBe(1);
      run.signal('SIGKILL');
      server.dropConnections();
      await expect.poll(() => server.acceptedConnections, PATIENT).toBeGreaterThanOrEqual(2);
      await expect.poll(() => server.connections, PATIENT).toBe(1);
    });

    test('gives the terminal back with -f', async () => {
      const folder = createRunFolder();
      const settings = { AUTOSSH_PIDFILE: folder.file('pid') };
      const words = ['-f', '-M', '0', ...server.clientArguments(), '-N', server.destination];
      const shell = ['/bin/sh', '-c', '"$@"; echo "status $?"', 'sh', ...autosshCommand(...words)];
      const run = startOnTerminal(shell, settings, folder);
      expect(await run.ended).toBe(0);
      await expectOnScreen(run, 'status 0\r\n');
      const pid = Number(folder.read('pid'));
      expect(factsOf(pid)).toMatchObject({ session: pid, hasTerminal: false, directory: '/' });
      // The terminal is gone, with a SIGHUP for all that were on it.
      await expect.poll(() => server.connections, PATIENT).toBe(1);
      expect(new Set(folder.processes())).toEqual(new Set([pid, run.sshPid]));
    });
  },
);
