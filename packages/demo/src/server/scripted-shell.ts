import type { ServerChannel } from 'ssh2';
import { isExit, runCommandLine, type TerminalSize } from './scripted-commands.ts';
import { readPipedLines, readTypedLines } from './typed-lines.ts';

const PROMPT = '$ ';

/** What a shell knows of its client's terminal; without one there is neither echo nor prompt. */
export interface ShellTerminal {
  readonly hasPty: boolean;
  size(): TerminalSize;
}

/** Runs the scripted shell on a channel until `exit`, the end of input, or the end of the client. */
export function runShell(channel: ServerChannel, terminal: ShellTerminal): void {
  new ScriptedShell(channel, terminal).start();
}

/** Tells the client the exit status and closes the channel. */
export function endChannel(channel: ServerChannel, status: number): void {
  if (!channel.writable) return;
  channel.exit(status);
  channel.end();
}

class ScriptedShell {
  readonly #channel: ServerChannel;
  readonly #terminal: ShellTerminal;
  #lastStatus = 0;
  #running: AbortController | undefined;
  // Lines typed while a command runs wait for it.
  #queue: Promise<void> = Promise.resolve();

  constructor(channel: ServerChannel, terminal: ShellTerminal) {
    this.#channel = channel;
    this.#terminal = terminal;
  }

  start(): void {
    this.#channel.on('data', this.#terminal.hasPty ? this.#readKeys() : this.#readPipe());
    this.#channel.once('end', () => this.#leave()).once('close', () => this.#running?.abort());
    this.#prompt();
  }

  #readKeys() {
    return readTypedLines({
      onLine: (line) => this.#enqueue(line),
      onInterrupt: () => this.#interrupt(),
      onEnd: () => this.#leave(),
      echo: (text) => this.#print(text),
    });
  }

  #readPipe() {
    return readPipedLines((line) => this.#enqueue(line));
  }

  #enqueue(line: string): void {
    this.#queue = this.#queue.then(() => this.#execute(line));
  }

  async #execute(line: string): Promise<void> {
    if (!this.#channel.writable) return;
    this.#running = new AbortController();
    this.#lastStatus = await runCommandLine(line, {
      print: (text) => this.#print(text),
      signal: this.#running.signal,
      size: this.#terminal.size(),
    });
    this.#running = undefined;
    if (isExit(line)) endChannel(this.#channel, this.#lastStatus);
    else this.#prompt();
  }

  #interrupt(): void {
    this.#print('interrupted\n');
    // A command that is interrupted ends with a prompt of its own.
    if (this.#running === undefined) this.#prompt();
    else this.#running.abort();
  }

  #leave(): void {
    this.#queue = this.#queue.then(() => endChannel(this.#channel, this.#lastStatus));
  }

  #prompt(): void {
    if (this.#terminal.hasPty) this.#print(PROMPT);
  }

  #print(text: string | Buffer): void {
    if (!this.#channel.writable) return;
    this.#channel.write(this.#terminal.hasPty ? String(text).replaceAll('\n', '\r\n') : text);
  }
}
