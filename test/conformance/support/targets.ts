import { execFileSync } from 'node:child_process';
import { AUTOSSH } from '../../installed/programs.ts';

/** The rule sets that the commands under test can follow; `classic` is ours when AUTOSSH_RULES is unset. */
export type Rules = '1.3' | '1.4' | 'classic';

/** A command that claims to be autossh, and the rules it must follow. */
export interface Target {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly rules: Rules;
  /** The real program: the tables must be true for it, but for its known bugs. */
  readonly isOriginal: boolean;
}

/** Where packages put the real program. Debian's /usr/bin/autossh is a shell wrapper with ideas of its own. */
const originalPaths = [
  '/usr/lib/autossh/autossh',
  '/usr/local/bin/autossh',
  '/opt/homebrew/bin/autossh',
  '/usr/bin/autossh',
];

export const missingOriginal =
  'autossh 1.4 is not installed (Debian, Ubuntu: apt install autossh; macOS: brew install autossh)';

/** All targets of this machine; `CONFORMANCE_TARGETS` (a regular expression) picks some by name. */
export function getTargets(): Target[] {
  const original = findOriginal();
  const all: Target[] = [
    ...(['1.3', '1.4', 'classic'] as const).map((rules) => getOwnTarget(rules)),
    ...(original === undefined ? [] : [original]),
  ];
  const wanted = new RegExp(process.env.CONFORMANCE_TARGETS ?? '');
  return all.filter((target) => wanted.test(target.name));
}

function getOwnTarget(rules: Rules): Target {
  return {
    name: `holdfast, rules ${rules}`,
    command: [AUTOSSH],
    env: rules === 'classic' ? {} : { AUTOSSH_RULES: rules },
    rules,
    isOriginal: false,
  };
}

export function findOriginal(): Target | undefined {
  const path = originalPaths.find((candidate) =>
    /^autossh 1\.4[a-z]?\n$/.test(readVersion(candidate)),
  );
  if (path === undefined) return undefined;
  return { name: 'autossh 1.4', command: [path], env: {}, rules: '1.4', isOriginal: true };
}

function readVersion(path: string): string {
  try {
    return execFileSync(path, ['-V'], { encoding: 'utf8', timeout: 5000 });
  } catch {
    return '';
  }
}
