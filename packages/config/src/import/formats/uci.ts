import { readAutossh } from '../commands/autossh-command.ts';
import { atLines, type Found, joinFound, linesBetween } from '../found.ts';
import { shellCommands } from '../shell/shell-commands.ts';

/** A section of the file: `config autossh`, and its options. */
interface Section {
  readonly options: Map<string, string>;
  readonly first: number;
  last: number;
}

/** Options that are variables of autossh elsewhere. */
const VARIABLES: Readonly<Record<string, string>> = {
  gatetime: 'AUTOSSH_GATETIME',
  poll: 'AUTOSSH_POLL',
  monitorport: 'AUTOSSH_PORT',
};

/**
 * Finds the tunnels in OpenWrt's /etc/config/autossh.
 *
 * @see https://openwrt.org/docs/guide-user/base-system/uci#file_syntax
 */
export function readUci(text: string, firstLine = 1): Found {
  const sections: Section[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const at = firstLine + index;
    if (/^config\s/.test(line)) sections.push({ options: new Map(), first: at, last: at });
    const [, name, written] = /^\s+option\s+(\w+)\s+(.*?)\s*$/.exec(line) ?? [];
    const section = sections.at(-1);
    if (name === undefined || section === undefined) continue;
    section.options.set(name, written!.replace(/^(["'])(.*)\1$/, '$2'));
    section.last = at;
  }
  return joinFound(sections.map(readSection));
}

function readSection({ options, first, last }: Section): Found {
  const fields = [...shellCommands(options.get('ssh') ?? '', new Map())].flatMap((part) =>
    part.kind === 'command' ? part.fields : [],
  );
  if (fields.length === 0) return { ...joinFound([]), lines: linesBetween(first, last) };
  const environment = Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([name, variable]) => {
      const value = options.get(name);
      return value === undefined ? [] : [[variable, value]];
    }),
  );
  return atLines(readAutossh(fields, environment), first, last);
}
