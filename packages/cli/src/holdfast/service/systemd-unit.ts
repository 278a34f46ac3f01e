/** What a unit is made of. */
export interface UnitFacts {
  /** The Node and the program that are to run, as absolute paths. */
  readonly node: string;
  readonly script: string;
  /** The tunnels file, as an absolute path. */
  readonly config: string;
  /** What of this environment it is to have: a unit has none of a terminal's. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whose tunnels they are, in a unit of the system; `undefined`: the unit is the user's own. */
  readonly user?: string | undefined;
}

/**
 * The unit that keeps a supervisor running: it is started when the supervisor answers, and again whatever ended it, but for an order (0), an
 * invalid command line (2) and a tunnels file with errors (4), which no restart mends.
 *
 * @see systemd.service(5); docs/supervisor.md, "Under systemd"
 */
export function systemdUnit({ node, script, config, environment, user }: UnitFacts): string {
  const program = [node, script].map(quoteWord).join(' ');
  const set = Object.entries({ ...environment, MALLOC_ARENA_MAX: '1' }).flatMap(([name, value]) =>
    value === undefined ? [] : [`Environment=${quote(`${name}=${value}`)}`],
  );
  const isOfSystem = user !== undefined;
  return [
    '# Written by: holdfast service install',
    '[Unit]',
    `Description=SSH tunnels (Holdfast)${isOfSystem ? ` of ${user}` : ''}`,
    ...(isOfSystem ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=notify',
    'NotifyAccess=all',
    ...(isOfSystem ? [`User=${user}`] : []),
    `ExecStart=${program} supervise --up --config ${quoteWord(config)}`,
    `ExecReload=${program} reload`,
    'KillMode=mixed',
    'Restart=always',
    'RestartSec=5',
    'RestartPreventExitStatus=0 2 4',
    'WatchdogSec=60',
    ...set,
    '',
    '[Install]',
    `WantedBy=${isOfSystem ? 'multi-user' : 'default'}.target`,
    '',
  ].join('\n');
}

/** In quotes, and with nothing that systemd would fill in. @see systemd.unit(5), "Specifiers"; systemd.syntax(7), "Quoting" */
function quote(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('%', '%%');
  return `"${escaped}"`;
}

/** In a command line it also fills in variables. */
function quoteWord(word: string): string {
  return quote(word).replaceAll('$', '$$$$');
}

/** Whether a unit runs the supervisor of this tunnels file. */
export function runsConfig(unit: string, config: string): boolean {
  return (
    /^ExecStart=.* supervise /m.test(unit) && unit.includes(` --config ${quoteWord(config)}\n`)
  );
}
