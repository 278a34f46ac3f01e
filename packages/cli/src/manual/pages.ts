import { renderConfigPage } from '@holdfast/config';
import { ABOUT, EXAMPLES, HELP_SECTIONS, USAGE, type HelpSection } from '../autossh/help.ts';
import { isShown } from '../holdfast/command-line/command.ts';
import { ALL_COMMANDS } from '../holdfast/commands.ts';
import { fence, GENERAL, renderCommand, table } from '../holdfast/commands-page.ts';
import { VERSION } from '../version.ts';
import { renderManual } from './roff.ts';

const FILES = table(
  ['file', 'what'],
  [
    [
      '`$XDG_CONFIG_HOME/holdfast/tunnels.toml`, `~/.config/holdfast/tunnels.toml`',
      'the tunnels; see tunnels.toml(5)',
    ],
    [
      '`$XDG_RUNTIME_DIR/holdfast/`',
      'sockets, lock and record of ssh; without the variable `run/` in the folder of the event log',
    ],
    [
      '`$XDG_STATE_HOME/holdfast/`, `~/.local/state/holdfast/`',
      'the event log (`events.ndjson`) and the recording (`recording.ndjson`)',
    ],
  ],
);

/** holdfast(1): the page of commands, without the examples of JSON. */
function holdfastPage(): string {
  const commands = ALL_COMMANDS.filter(isShown);
  return [
    '## Synopsis',
    '`holdfast` COMMAND [OPTIONS] [WORDS...]',
    '## Description',
    'Holdfast keeps SSH connections up: it starts ssh, notices when it is dead or stuck, and starts it again. One background process, the supervisor, keeps all tunnels of the tunnels file up. `holdfast up` starts it, the other commands talk to it over a socket that only its user can open.',
    ...GENERAL.filter((block) => !block.startsWith('```')),
    '## Commands',
    ...commands.flatMap(renderCommand).map((block) => block.replace(/^## /, '### ')),
    '## Files',
    FILES,
    '## See also',
    'autossh(1), ssh(1), ssh_config(5), tunnels.toml(5)',
  ].join('\n\n');
}

/** autossh(1): its help. */
function autosshPage(): string {
  return [
    '## Synopsis',
    USAGE.replace('usage: autossh', '`autossh`'),
    '## Description',
    ABOUT.replace('\n', ' '),
    'This is the drop-in of Holdfast for the classic program, with the same arguments, environment variables, log lines and decisions.',
    ...HELP_SECTIONS.flatMap(autosshSection),
    '## Examples',
    fence('sh', EXAMPLES.join('\n')),
    '## See also',
    'holdfast(1), ssh(1), ssh_config(5)',
  ].join('\n\n');
}

function autosshSection({ title, rows }: HelpSection): readonly string[] {
  const joined = rows.map(([written, meaning]) => [
    `\`${written}\``,
    meaning.replaceAll('\n', ' '),
  ]);
  return [`## ${title}`, table(['written', 'meaning'], joined)];
}

/** tunnels.toml(5): the page about the file. */
function tunnelsFilePage(): string {
  return [
    '## Description',
    renderConfigPage(),
    '## See also',
    'holdfast(1), ssh(1), ssh_config(5)',
  ].join('\n\n');
}

/**
 * The pages of the manual by their file names, as roff.
 *
 * @param date - as in 2026-11-30.
 * @internal
 */
export function renderManualPages(date: string): Readonly<Record<string, string>> {
  const told = { version: VERSION, date };
  return {
    'autossh.1': renderManual(
      { ...told, name: 'autossh', section: 1, summary: 'keep an ssh connection up' },
      autosshPage(),
    ),
    'holdfast.1': renderManual(
      { ...told, name: 'holdfast', section: 1, summary: 'keep many ssh tunnels up' },
      holdfastPage(),
    ),
    'tunnels.toml.5': renderManual(
      { ...told, name: 'tunnels.toml', section: 5, summary: 'the tunnels that holdfast keeps up' },
      tunnelsFilePage(),
    ),
  };
}
