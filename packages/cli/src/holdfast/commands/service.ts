import { runProgram } from '@holdfast/engine/parts';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { askSupervisor } from '../client/ask-supervisor.ts';
import { CommandError } from '../command-line/command-error.ts';
import {
  BAD_FILE,
  CONFIG_OPTION,
  defineCommand,
  DONE,
  HELP_OPTION,
  JSON_OPTION,
  USAGE,
} from '../command-line/command.ts';
import { usageError } from '../command-line/parse-words.ts';
import type { ContextOf, Environment } from '../context.ts';
import { say, sayJson } from '../terminal/say.ts';
import { configPath, readTunnels } from '../tunnels-file/read-tunnels.ts';
import { systemdOf, type Systemd } from '../service/systemctl.ts';
import { systemdUnit } from '../service/systemd-unit.ts';
import {
  removeUnit,
  systemUnit,
  systemUnitFile,
  USER_UNIT,
  userUnitFile,
  writeUnit,
} from '../service/unit-file.ts';

export const service = defineCommand({
  name: 'service',
  summary: 'make the supervisor a service of systemd, which starts it at boot',
  about: [
    'install writes a unit for the tunnels file, enables and starts it, and lets it run without a login. It is a unit of your own; with --system it is one of the system, for the tunnels of the user that --user names. A unit that is there already, and differs, is kept beside it as .old.',
    'status says how the unit is; uninstall stops it and removes it.',
    'The unit runs the Node and the Holdfast that it was installed with, and has the PATH of that moment.',
  ],
  operands: [{ label: 'WHAT', kind: 'text', choices: ['install', 'status', 'uninstall'] }],
  options: {
    'dry-run': { short: 'n', summary: 'only print what would be written and run' },
    system: { summary: 'a unit of the system, instead of your own; needs root' },
    user: { takes: 'NAME', summary: 'with --system: whose tunnels they are' },
    ...CONFIG_OPTION,
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast service install', does: 'your tunnels, from boot on' },
    { line: 'holdfast service install --dry-run', does: 'see what that would do' },
    { line: 'sudo holdfast service install --system --user tunnel', does: 'on a server' },
  ],
  exits: [
    DONE,
    { status: HOLDFAST_EXIT.error, when: 'it could not be done, and says why' },
    USAGE,
    { status: HOLDFAST_EXIT.notRunning, when: 'with status: it is not installed, or not running' },
    BAD_FILE,
  ],
  json: 'with `status`: `{ "unit", "file", "isInstalled", "isEnabled", "state", "pid", "restarts", "says" }`',
});

type ServiceContext = ContextOf<typeof service>;

/** Where a unit is, and what it is for. */
interface Place {
  readonly unit: string;
  readonly file: string;
  readonly config: string;
  readonly user: string | undefined;
  readonly systemd: Systemd;
}

const ACTIONS = { install, status: tellStatus, uninstall } as const;

export async function runService(context: ServiceContext): Promise<number> {
  const place = await placeOf(context);
  return await ACTIONS[context.operands[0] as keyof typeof ACTIONS](context, place);
}

async function placeOf({ env, values }: ServiceContext): Promise<Place> {
  const { system = false, user, config } = values;
  if (!system && user !== undefined) throw usageError(service, '--user needs --system');
  if (!system) {
    const systemd = systemdOf('user', env);
    const file = userUnitFile(env);
    return { unit: USER_UNIT, file, config: configPath(env, config), user: undefined, systemd };
  }
  if (user === undefined) throw usageError(service, '--system needs --user NAME: not root, best');
  const home = await homeOfUser(user, env);
  const unit = systemUnit(user);
  return {
    unit,
    file: systemUnitFile(user),
    config: configPath(env, config ?? join(home, '.config/holdfast/tunnels.toml')),
    user,
    systemd: systemdOf('system', env),
  };
}

async function homeOfUser(user: string, env: Environment): Promise<string> {
  const { stdout } = await runProgram('getent', ['passwd', '--', user], env);
  const home = stdout.split(':')[5];
  if (home === undefined) throw new CommandError('failed', `there is no user ${user} here`);
  return home;
}

async function install(context: ServiceContext, place: Place): Promise<number> {
  const { terminal, values, env, script } = context;
  const { unit, file, config, user, systemd } = place;
  readTunnels(config);
  const text = systemdUnit({
    node: process.execPath,
    script,
    config,
    user,
    environment: environmentOf(env, user),
  });
  if (values['dry-run'] === true) {
    const commands = [systemd.words('daemon-reload'), systemd.words('enable', '--now', unit)];
    if (user === undefined) commands.push('loginctl enable-linger');
    terminal.out(`# ${file}\n${text}\n# then\n${commands.join('\n')}\n`);
    return HOLDFAST_EXIT.ok;
  }
  const { ActiveState: before } = await systemd.show(unit, 'ActiveState');
  if (before !== 'active' && user === undefined) await refuseOther(env);
  const isNew = writeUnit(file, text, (old) =>
    say(terminal, `the unit that was there is now ${old}`),
  );
  await systemd.run('daemon-reload');
  await systemd.run('enable', unit);
  if (before !== 'active') await start(systemd, unit);
  say(terminal, `${unit} is installed, enabled and running: ${file}`);
  if (before === 'active' && isNew) {
    say(
      terminal,
      `the supervisor that runs is the one from before, until: ${systemd.words('restart', unit)}`,
    );
  }
  if (user === undefined) await linger(context);
  return HOLDFAST_EXIT.ok;
}

/** What a unit needs of this environment: where its programs and files are. A key in an agent is brought along by the next command. */
function environmentOf(env: Environment, user: string | undefined): Environment {
  const { PATH, XDG_CONFIG_HOME, XDG_STATE_HOME } = env;
  return user === undefined ? { PATH, XDG_CONFIG_HOME, XDG_STATE_HOME } : { PATH };
}

/** Two supervisors cannot be: the one that runs has to end first, and its tunnels with it, which is not for this command to decide. */
async function refuseOther(env: Environment): Promise<void> {
  const hello = await askSupervisor({ env, values: {} }, (client) => client.hello()).catch(
    () => undefined,
  );
  if (hello === undefined) return;
  throw new CommandError(
    'held',
    `a supervisor is running that is none of systemd (pid ${hello.pid}): end it, and its tunnels for a moment, with: holdfast down`,
  );
}

async function start(systemd: Systemd, unit: string): Promise<void> {
  const scope = systemd.words().replace('systemctl', 'journalctl');
  await systemd.run('start', unit).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      'failed',
      `${unit} was installed and did not start (${why}); see: ${scope} -u ${unit}`,
    );
  });
}

/** Without it a user's systemd ends with the last login, and its units with it. */
async function linger({ terminal, env }: ServiceContext): Promise<void> {
  const { username } = userInfo();
  const shown = await runProgram('loginctl', ['show-user', username, '--property=Linger'], env);
  if (shown.stdout.trim() === 'Linger=yes') return;
  const { status } = await runProgram('loginctl', ['enable-linger'], env);
  say(
    terminal,
    status === 0
      ? 'it also runs while you are not logged in (loginctl enable-linger)'
      : `it ends with your last login, unless you run: sudo loginctl enable-linger ${username}`,
  );
}

async function tellStatus({ terminal, values }: ServiceContext, place: Place): Promise<number> {
  const { unit, file, systemd } = place;
  const isInstalled = existsSync(file);
  const names = ['ActiveState', 'UnitFileState', 'MainPID', 'NRestarts', 'StatusText'] as const;
  const shown = isInstalled ? await systemd.show(unit, ...names) : undefined;
  const state = shown?.ActiveState ?? 'inactive';
  const told = {
    unit,
    file,
    isInstalled,
    isEnabled: shown?.UnitFileState === 'enabled',
    state,
    pid: Number(shown?.MainPID ?? 0) || null,
    restarts: Number(shown?.NRestarts ?? 0),
    says: shown?.StatusText || null,
  };
  if (values.json === true) sayJson(terminal, told);
  else say(terminal, statusLines(told).join('\n'));
  return state === 'active' ? HOLDFAST_EXIT.ok : HOLDFAST_EXIT.notRunning;
}

interface ServiceStatus {
  readonly unit: string;
  readonly file: string;
  readonly isInstalled: boolean;
  readonly isEnabled: boolean;
  readonly state: string;
  readonly pid: number | null;
  readonly restarts: number;
  readonly says: string | null;
}

function statusLines(told: ServiceStatus): readonly string[] {
  const { unit, file, isInstalled, isEnabled, state, pid, restarts, says } = told;
  if (!isInstalled)
    return [`${unit} is not installed (${file}); to install it: holdfast service install`];
  const facts = [
    state,
    isEnabled ? 'starts at boot' : 'does not start at boot',
    ...(pid === null ? [] : [`pid ${pid}`]),
    ...(restarts === 0 ? [] : [`restarted by systemd: ${restarts}`]),
  ];
  return [`${unit}: ${facts.join(', ')}`, ...(says === null ? [] : [says]), file];
}

async function uninstall({ terminal, values }: ServiceContext, place: Place): Promise<number> {
  const { unit, file, systemd } = place;
  if (!existsSync(file)) {
    say(terminal, `${unit} is not installed: nothing to do`);
    return HOLDFAST_EXIT.ok;
  }
  if (values['dry-run'] === true) {
    const commands = [
      systemd.words('disable', '--now', unit),
      `rm ${file}`,
      systemd.words('daemon-reload'),
    ];
    terminal.out(`${commands.join('\n')}\n`);
    return HOLDFAST_EXIT.ok;
  }
  await systemd.run('disable', '--now', unit);
  removeUnit(file);
  await systemd.run('daemon-reload');
  say(terminal, `${unit} has ended, with its tunnels, and is removed: ${file}`);
  return HOLDFAST_EXIT.ok;
}
