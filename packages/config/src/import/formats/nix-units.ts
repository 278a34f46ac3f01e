import { plainFields, readAssignments, readAutossh } from '../commands/autossh-command.ts';
import { readScript } from '../shell/script.ts';
import { atLines, type Found, joinFound, withNotes } from '../found.ts';
import { countLines, shellCommands } from '../shell/shell-commands.ts';
import { readExec } from './systemd-unit.ts';

/** A value of NixOS's configuration that is a text. */
interface Text {
  readonly key: string;
  readonly value: string;
  readonly first: number;
  readonly last: number;
}

const TEXT =
  /([\w.-]+|"[^"\n]*")\s*=\s*(?:[\w.]+\s+)*(?:''((?:[^']|'(?!')|''\$|'''|''\\)*?)''(?!['$\\])|"((?:[^"\\]|\\[\s\S])*)")\s*;/g;

/**
 * Finds the tunnels in a configuration of NixOS: `ExecStart` and `script` of units, and the sessions of `services.autossh`.
 *
 * @see https://search.nixos.org/options?query=services.autossh
 */
export function readNix(text: string, firstLine = 1): Found {
  const texts = readTexts(text, firstLine);
  const environment = readAssignments(
    texts
      .filter(({ key }) => key.startsWith('AUTOSSH_'))
      .map(({ key, value }) => `${key}=${value}`),
  );
  const found = texts.map(({ key, value, first, last }) => {
    if (key === 'ExecStart') {
      const command = value.replaceAll(/\\\s*\n\s*/g, ' ').trim();
      return withNotes(
        atLines(readExec(command, { environment }), first, last),
        notesAboutUser(texts, 'User'),
      );
    }
    if (key === 'script') {
      return withNotes(readScript(value, first, new Map()), notesAboutUser(texts, 'User'));
    }
    if (key !== 'extraArguments') return joinFound([]);
    return withNotes(atLines(readArguments(value), first, last), notesAboutUser(texts, 'user'));
  });
  const findings = joinFound(found);
  const names = texts.filter(({ key }) => /^(?:description|name|user|User)$/.test(key));
  const lines = [
    ...findings.lines,
    ...names.flatMap(({ first }) => [first]),
    ...openings(text, firstLine),
  ];
  return { ...findings, lines };
}

/** Units say `User`, and sessions of autossh `user`. With several of them nobody knows here whose each is. */
function notesAboutUser(texts: readonly Text[], written: 'User' | 'user'): readonly string[] {
  const users = texts.filter(({ key }) => key === written);
  return users.length === 1 ? [`NixOS ran it as user ${users[0]!.value}`] : [];
}

function readArguments(value: string): Found {
  const fields = [...shellCommands(value, new Map())].flatMap((part) =>
    part.kind === 'command' ? part.fields : [],
  );
  return readAutossh(fields.length === 0 ? plainFields([]) : fields, {});
}

/** Lines that open a set, and say nothing else. */
function openings(text: string, firstLine: number): readonly number[] {
  return text
    .split('\n')
    .flatMap((line, index) => (/^[\w\s."-]+=\s*[[{(]*\s*$/.test(line) ? [firstLine + index] : []));
}

function readTexts(text: string, firstLine: number): readonly Text[] {
  const plain = text.replaceAll(/^\s*#.*$/gm, (comment) => ' '.repeat(comment.length));
  const lineAt = countLines(plain, firstLine);
  return [...plain.matchAll(TEXT)].map((found) => {
    const [whole, key, indented, quoted] = found;
    const value = indented === undefined ? unescape(quoted!) : indented.replaceAll("''$", '$');
    return {
      key: key!.split('.').at(-1)!.replaceAll('"', ''),
      value: value.replaceAll(/\$\{(?:pkgs|lib)\.[^}]*\}/g, ''),
      first: lineAt(found.index),
      last: lineAt(found.index + whole.length),
    };
  });
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (_, character: string) =>
    character === 'n' ? '\n' : character,
  );
}
