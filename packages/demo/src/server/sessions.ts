import type { Connection, ServerChannel, Session } from 'ssh2';
import { runCommandLine, type TerminalSize } from './scripted-commands.ts';
import { endChannel, runShell } from './scripted-shell.ts';

const NO_TERMINAL: TerminalSize = { rows: 0, columns: 0 };

/** Serves the shells and commands that one ssh client asks for, all of them scripted. */
export function serveSessions(connection: Connection): void {
  connection.on('session', (accept) => serveSession(accept()));
}

function serveSession(session: Session): void {
  const terminal = { hasPty: false, size: NO_TERMINAL };
  session.on('pty', (accept, _reject, { rows, cols }) => {
    terminal.hasPty = true;
    terminal.size = { rows, columns: cols };
    answer(accept);
  });
  session.on('window-change', (accept, _reject, { rows, cols }) => {
    terminal.size = { rows, columns: cols };
    answer(accept);
  });
  session.on('env', answer);
  session.on('shell', (accept) => {
    const channel = silenceErrors(accept());
    runShell(channel, { hasPty: terminal.hasPty, size: () => terminal.size });
  });
  session.on('exec', (accept, _reject, { command }) => {
    void runCommand(silenceErrors(accept()), command, terminal.size);
  });
}

// ssh2 gives no accept function for a request that wants no answer; its types do not say so.
function answer(accept: (() => void) | undefined): void {
  accept?.();
}

// A channel fails when its client goes, which is what the demo and the tests are about.
function silenceErrors(channel: ServerChannel): ServerChannel {
  return channel.on('error', () => undefined);
}

async function runCommand(channel: ServerChannel, line: string, size: TerminalSize): Promise<void> {
  const gone = new AbortController();
  channel.once('close', () => gone.abort());
  const status = await runCommandLine(line, {
    input: channel,
    signal: gone.signal,
    size,
    print: (text) => void (channel.writable && channel.write(text)),
  });
  endChannel(channel, status);
}
