import { readCommandLines } from './formats/command-lines.ts';
import { readDockerfile } from './formats/dockerfile.ts';
import type { Found, ReadText } from './found.ts';
import { readNix } from './formats/nix-units.ts';
import { readPlist } from './formats/plist.ts';
import { readSshConfig } from './formats/ssh-config.ts';
import { readSupervisord } from './formats/supervisord.ts';
import { readUnits } from './formats/systemd-unit.ts';
import { readUci } from './formats/uci.ts';
import { readYaml } from './formats/yaml-commands.ts';

/** Reads a text, or a part of one that begins at a line of it. */
type Reader = (
  text: string,
  firstLine: number,
  around: { readonly file?: string | undefined; readonly readText: ReadText },
) => Found;

const HAS_COMMAND = /\b(?:auto)?ssh[ \t]+\S/;

/** What a text is, by what is in it; the first that fits. */
const KINDS: readonly (readonly [RegExp, Reader])[] = [
  [/<plist\b|<key>ProgramArguments<\/key>/, readPlist],
  [/^[ \t]*\[program:/m, readSupervisord],
  [/\bExecStart\s*=\s*(?:"|'')|services\.autossh|systemd\.(?:user\.)?services/, readNix],
  [
    /^(?:[ \t]*(?:[#;].*)?\n)*[ \t]*(?:\[[\w-]+\][ \t]*(?:\n|$)|(?:Exec\w+|Environment)[ \t]*=)/,
    (text, firstLine, { file }) => readUnits(text, firstLine, file),
  ],
  [/^(?:FROM|ENTRYPOINT|CMD)[ \t]+\S/m, readDockerfile],
  [/^config[ \t]+autossh\b/m, readUci],
  [/^(?:[ \t]*- +)?[ \t]*["']?[\w.-]+["']?:(?:[ \t]+\S.*)?$(?![\s\S]*^#!)/m, readYamlOrLines],
];

/** Finds the tunnels in a text: what it is, is found out. */
export function readText(text: string, firstLine = 1, file?: string): Found {
  const isScript = text.startsWith('#!');
  const [, reader] = (!isScript && KINDS.find(([sign]) => sign.test(text))) || [];
  if (reader !== undefined) return reader(text, firstLine, { file, readText });
  return !isScript && isSshConfig(text)
    ? readSshConfig(text, firstLine)
    : readCommandLines(text, firstLine, readText);
}

/** "echo done: x" has a colon, too: YAML is what has nearly nothing else. */
function readYamlOrLines(text: string, firstLine: number): Found {
  if (isSshConfig(text)) return readSshConfig(text, firstLine);
  return isYaml(text)
    ? readYaml(text, firstLine, readText)
    : readCommandLines(text, firstLine, readText);
}

const YAML_KEY =
  /^[ \t]*(?:- +)*["']?(?:services|command|entrypoint|args|argv|cmd|shell|script|job|runcmd|tasks|steps|containers|environment|image|hosts|(?:ansible\.\w+\.)?(?:shell|command|cron|copy))["']?:(?:[ \t]|$)/m;

function isYaml(text: string): boolean {
  return YAML_KEY.test(text);
}

const CONFIG_LINE =
  /^[ \t]*(?:(?:host|match)(?:[ \t]+|[ \t]*=[ \t]*|(?="))\S|(?:local|remote|dynamic)forward[ \t="])/im;

/** Keywords of ssh_config that hold a command, which may well be ssh. */
const HOLDS_COMMAND =
  /^[ \t]*(?:#|(?:proxycommand|localcommand|remotecommand|knownhostscommand|match|proxyjump|host)\b(?![ \t]*=\S+$))/i;

/** "HOST=web2" in a script is not a line of ssh_config: that has no commands of its own. */
function isSshConfig(text: string): boolean {
  if (!CONFIG_LINE.test(text)) return false;
  return !text.split('\n').some((line) => HAS_COMMAND.test(line) && !HOLDS_COMMAND.test(line));
}
