import { readFileSync } from 'node:fs';
import type { FailureClass, SshExit } from '@holdfast/machines';
import { stderrLines } from '../failure/classify.ts';
import type { FailureCause, FailureFacts } from '../failure/facts.ts';

/** What an ssh wrote when it ended, and how that has to be read. */
export interface GoldenFailure {
  /** With the versions of OpenSSH that wrote it, where it was captured. */
  readonly title: string;
  /** As `stderrLines` cuts it. */
  readonly stderr: readonly string[];
  readonly exit: SshExit;
  readonly failureClass: FailureClass;
  readonly cause: FailureCause;
  readonly facts: FailureFacts;
}

/** How ssh ends when it gives up by itself. */
export const LOST: SshExit = { status: 255, signal: null };

/** Captured from real programs; which, the file says at its beginning. */
export const CAPTURED = readGolden('captured.txt');

/** Read in sources, and not provoked. */
export const FOUND = readGolden('read.txt');

/** Reads a file of golden failures; its format stands at the beginning of `captured.txt`. */
function readGolden(name: string): readonly GoldenFailure[] {
  const text = readFileSync(new URL(`./failure-golden/${name}`, import.meta.url), 'utf8');
  return text.split(/^= /m).slice(1).map(readEntry);
}

function readEntry(entry: string): GoldenFailure {
  const [title = '', ...lines] = entry.trimEnd().split('\n');
  const value = (key: string) =>
    lines.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2);
  const [failureClass, cause, ...facts] = (value('failure') ?? '').split(' ');
  const versions = value('versions');
  return {
    title: versions === undefined ? title : `${title} (${versions})`,
    stderr: stderrLines(lines.map(stderrPart).join('')),
    exit: exitOf(value('status'), value('signal')),
    failureClass: failureClass as FailureClass,
    cause: cause as FailureCause,
    facts: JSON.parse(facts.join(' ') || '{}') as FailureFacts,
  };
}

function stderrPart(line: string): string {
  if (line.startsWith('> ')) return `${line.slice(2)}\r\n`;
  return line.startsWith('| ') ? `${line.slice(2)}\n` : '';
}

function exitOf(status: string | undefined, signal: string | undefined): SshExit {
  if (signal !== undefined) return { status: null, signal };
  return status === undefined ? LOST : { status: Number(status), signal: null };
}
