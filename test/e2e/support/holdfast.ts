import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import type { Hello } from '@holdfast/control';
import type { FleetStatus } from '@holdfast/engine';
import { HOLDFAST } from '../../installed/programs.ts';
import { type Settings, type StartedRun, startRun } from './autossh.ts';
import { askSocket } from './control-request.ts';
import { endOf } from './end-of.ts';
import type { Reachable } from './fleet-scene.ts';
import { createRunFolder, removeRunFolder, type RunFolder } from './run-folder.ts';

const LONGEST_COMMAND_MS = 150_000;

/** How a command ended, and all that it wrote. */
export interface Outcome {
  /** The signal, if one ended it. */
  readonly status: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `holdfast` with a home, a tunnels file and a supervisor of its own. */
export interface HoldfastScene {
  readonly folder: RunFolder;
  /** The tunnels file. */
  readonly configFile: string;
  /** Where the supervisor listens. */
  readonly controlSocket: string;
  /** The whole environment of its commands. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Replaces the tunnels file. */
  write(toml: string): void;
  /** Runs a command to its end. */
  holdfast(...words: readonly string[]): Promise<Outcome>;
  /** Starts a command that stays, such as `run`. */
  start(...words: readonly string[]): StartedRun;
  /** `holdfast up`; throws unless it succeeds. */
  up(...words: readonly string[]): Promise<Outcome>;
  /** `holdfast down`; throws unless it succeeds. */
  down(...words: readonly string[]): Promise<Outcome>;
  /** What the supervisor says about its tunnels. */
  status(): Promise<FleetStatus>;
  /** What the supervisor says about itself; `undefined` if none answers. */
  hello(): Promise<Hello | undefined>;
  /** The pids of all that runs for it: the supervisor, every ssh, and commands. */
  processes(): number[];
  /** Kills all that still runs, whatever it takes, and removes the files. */
  end(): Promise<void>;
}

const scenes = new Set<HoldfastScene>();

/**
 * Makes an empty scene; nothing runs in it yet. Programs in the directory `bin` of its folder are found before all others.
 *
 * @param settings - added to the environment of everything that runs in it.
 */
export function createHoldfastScene(settings: Settings = {}): HoldfastScene {
  const folder = createRunFolder();
  const environment = environmentOf(folder, settings);
  const configFile = folder.file('config/holdfast/tunnels.toml');
  const controlSocket = folder.file('run/holdfast/control.sock');
  makeDirectories(folder);
  const holdfast = (...words: readonly string[]) => runToEnd(folder.path, environment, words);
  const ask = async (path: string) => JSON.parse((await askSocket(controlSocket, path)).text);
  const scene: HoldfastScene = {
    folder,
    configFile,
    controlSocket,
    environment,
    write: (toml) => writeFileSync(configFile, toml),
    holdfast,
    start: (...words) => startRun([HOLDFAST, ...words], environment, folder),
    up: async (...words) => mustSucceed(['up', ...words], await holdfast('up', ...words)),
    down: async (...words) => mustSucceed(['down', ...words], await holdfast('down', ...words)),
    status: () => ask('/v1/status') as Promise<FleetStatus>,
    hello: () => ask('/v1/hello').catch(() => undefined) as Promise<Hello | undefined>,
    processes: () => folder.processes(),
    end: async () => {
      await removeRunFolder(folder);
      scenes.delete(scene);
    },
  };
  scenes.add(scene);
  return scene;
}

/** Makes a scene with this tunnels file and starts them; the supervisor runs when this returns. */
export async function startHoldfast(toml: string, settings: Settings = {}): Promise<HoldfastScene> {
  const scene = createHoldfastScene(settings);
  try {
    scene.write(toml);
    await scene.up();
    return scene;
  } catch (error) {
    await scene.end();
    throw error;
  }
}

/** Ends every scene. For `afterEach`. */
export async function endHoldfastScenes(): Promise<void> {
  for (const scene of scenes) await scene.end();
}

/** Keys of a tunnel in the file, besides its host. */
export interface TunnelKeys {
  readonly local?: readonly string[];
  readonly remote?: readonly string[];
  readonly options?: readonly string[];
  readonly [key: string]: unknown;
}

/** A tunnel as the file has it; its values are those that TOML and JSON write alike. */
export function tunnelToml(name: string, host: string, keys: TunnelKeys = {}): string {
  const rows = Object.entries({ host, ...keys }).map(
    ([key, value]) => `${key} = ${JSON.stringify(value)}`,
  );
  return `[tunnels.${name}]\n${rows.join('\n')}\n`;
}

/** A tunnel to a server, in the file; its own options come first, and so win. */
export function tunnelToServer(
  name: string,
  server: Reachable,
  { options = [], ...keys }: TunnelKeys = {},
): string {
  const all = [...options, ...server.clientArguments()];
  return tunnelToml(name, server.destination, { ...keys, options: all });
}

/** A forward of a port here to the echo service of a server, as ssh's -L takes it. */
export function echoForward(port: number): string {
  return `127.0.0.1:${port}:127.0.0.1:7`;
}

/** What a command printed with `--json`. */
export function jsonOf({ stdout }: Outcome): unknown {
  return JSON.parse(stdout);
}

function environmentOf(folder: RunFolder, settings: Settings): Settings {
  return {
    ...folder.environment,
    PATH: [folder.file('bin'), folder.environment['PATH']].join(delimiter),
    XDG_CONFIG_HOME: folder.file('config'),
    XDG_RUNTIME_DIR: folder.file('run'),
    XDG_STATE_HOME: folder.file('state'),
    ...settings,
  };
}

function makeDirectories(folder: RunFolder): void {
  for (const name of ['bin', 'config/holdfast', 'run', 'state']) {
    mkdirSync(folder.file(name), { recursive: true, mode: 0o700 });
  }
}

function mustSucceed(words: readonly string[], outcome: Outcome): Outcome {
  if (outcome.status === 0) return outcome;
  const { status, stdout, stderr } = outcome;
  throw new Error(`holdfast ${words.join(' ')} ended with ${status}: ${stdout}${stderr}`);
}

async function runToEnd(cwd: string, env: Settings, words: readonly string[]): Promise<Outcome> {
  const child = spawn(HOLDFAST, words, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_COMMAND_MS,
    killSignal: 'SIGKILL',
  });
  const outcome = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (outcome.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (outcome.stderr += text));
  const status = await endOf(child, () => outcome.stdout.length + outcome.stderr.length);
  return { ...outcome, status };
}
