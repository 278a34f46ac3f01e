/** The usage line. */
export const USAGE =
  'usage: autossh [-V] [-M monitor_port[:echo_port]] [-f] [ssh options] host [command]';

/** A part of the help: rows of what is written and what it means, with line breaks where the help has them. */
export interface HelpSection {
  readonly title: string;
  readonly rows: readonly (readonly [written: string, meaning: string])[];
}

/** What stands below the usage line. */
export const ABOUT = `Starts ssh, watches it, and starts it again when it dies or gets stuck.
All options but these go to ssh unchanged.`;

/** The help as a table: the manual page is made from it too. */
export const HELP_SECTIONS: readonly HelpSection[] = [
  {
    title: 'Options',
    rows: [
      [
        '-M port',
        `monitor port: a message travels through ssh on this port and has to
come back on port + 1, at both ends of the connection`,
      ],
      [
        '-M port:echo_port',
        `the message goes to an echo service at the far end instead
(normally port 7)`,
      ],
      [
        '-M auto',
        `ask through a private control socket of ssh: needs no port and nothing
at the far end, and in doubt leaves the session alone
(what happens without -M, unless AUTOSSH_RULES is 1.3 or 1.4)`,
      ],
      ['-M 0', "no monitoring; use ssh's own ServerAliveInterval instead"],
      ['-f', 'run in the background; ssh never sees it, and cannot ask for a password'],
      ['-V', 'show the version and exit'],
      ['--help', 'show this help and exit'],
    ],
  },
  {
    title: 'When to start again',
    rows: [
      [
        'AUTOSSH_GATETIME',
        `seconds the first ssh must live; if it ends sooner, autossh gives up
(default 30; 0 = never give up for that; -f sets it to 0)`,
      ],
      ['AUTOSSH_MAXSTART', 'how many times to start ssh (default -1: no limit)'],
      ['AUTOSSH_MAXLIFETIME', 'seconds until autossh ends, and ssh with it (default 0: no limit)'],
      ['AUTOSSH_RULES', 'classic (default), or the strict historical sets 1.4 and 1.3'],
    ],
  },
  {
    title: 'How to watch',
    rows: [
      ['AUTOSSH_POLL', 'seconds between checks of the connection (default 600)'],
      ['AUTOSSH_FIRST_POLL', 'seconds until the first check (default: AUTOSSH_POLL)'],
      ['AUTOSSH_PORT', 'monitor port; overrides -M'],
      ['AUTOSSH_MESSAGE', 'text to add to the heartbeat message (at most 64 bytes)'],
    ],
  },
  {
    title: 'Where things are',
    rows: [
      ['AUTOSSH_PATH', 'the ssh to run (default /usr/bin/ssh)'],
      ['AUTOSSH_PIDFILE', 'file for the process id of autossh'],
      [
        'AUTOSSH_AGENT',
        `yes: start an ssh-agent if none answers; no: never
(default: yes on a terminal, no elsewhere)`,
      ],
    ],
  },
  {
    title: 'What to log',
    rows: [
      ['AUTOSSH_LOGFILE', 'file to append the log to (default: syslog)'],
      ['AUTOSSH_LOGLEVEL', '0 (silent) to 7 (everything); default 6'],
      ['AUTOSSH_LOGFORMAT', 'text (default) or json'],
      ['AUTOSSH_DEBUG', 'log everything, and on stderr if there is no log file'],
    ],
  },
  {
    title: 'Signals',
    rows: [
      ['TERM, INT', 'end ssh, then autossh; a second one kills ssh at once'],
      ['USR1', 'restart ssh'],
      ['HUP', 'start ssh now, if autossh is waiting to start it again'],
    ],
  },
  {
    title: 'Exit status',
    rows: [
      ['0', 'ssh ended with status 0, or a limit was reached'],
      ['1', 'anything else, such as an invalid setting'],
    ],
  },
];

export const EXAMPLES: readonly string[] = [
  'autossh -M 0 -N -o ServerAliveInterval=15 -L 5432:db:5432 bastion',
  'autossh -M 20000 -f -N -R 2222:localhost:22 me@example.org',
  'AUTOSSH_POLL=60 AUTOSSH_GATETIME=0 autossh -M auto -N -D 1080 bastion',
];

/** Variables of all sections line up. */
const VARIABLE_COLUMNS = 'AUTOSSH_MAXLIFETIME'.length;

/** The full help: `autossh --help`. */
export function formatHelp(): string {
  const examples = ['Examples', ...EXAMPLES.map((line) => `  ${line}`)].join('\n');
  return [USAGE, ABOUT, ...HELP_SECTIONS.map(formatSection), examples].join('\n\n').concat('\n');
}

function formatSection({ title, rows }: HelpSection): string {
  const hasVariables = rows.some(([written]) => written.startsWith('AUTOSSH_'));
  const longest = Math.max(...rows.map(([written]) => written.length));
  const width = 2 + (hasVariables ? VARIABLE_COLUMNS : longest) + 2;
  const lines = rows.map(
    ([written, meaning]) =>
      `  ${written}`.padEnd(width) + meaning.replaceAll('\n', `\n${' '.repeat(width)}`),
  );
  return [title, ...lines].join('\n');
}
