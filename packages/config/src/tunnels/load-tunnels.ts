import type { TunnelSpec } from '@holdfast/engine';
import { parse, TomlError } from 'smol-toml';
import { readDrafts } from './draft.ts';
import type { Finding } from './finding.ts';
import {
  createLineCounter,
  readKeyPositions,
  type KeyPath,
  type LineColumn,
} from './key-positions.ts';
import { listenFindings } from './listen-findings.ts';
import type { LocatedError } from './located-error.ts';
import { nameFindings } from './name-findings.ts';
import type { RawTable } from './raw-value.ts';
import { formatKeyPath, schemaFindings } from './schema-findings.ts';
import { tunnelsSchema } from './schema.ts';
import { completeTunnel } from './tunnel.ts';
import type { Span } from './toml-keys.ts';
import { waitFindings } from './wait-findings.ts';

/** A file of tunnels and the name by which errors call it. */
export interface TunnelsSource {
  readonly text: string;
  readonly file: string;
}

/** The tunnels of a file, or everything that is wrong with it. */
export type LoadedTunnels =
  | { readonly tunnels: readonly TunnelSpec[]; readonly errors?: never }
  | { readonly errors: readonly LocatedError[]; readonly tunnels?: never };

/**
 * Reads a file of tunnels.
 *
 * Gives the tunnels in the order of the file, with the defaults filled in, or all errors in the order of the file; a file that is
 * no TOML has one error, since what comes behind it would be guesswork. Never throws, whatever the text.
 */
export function loadTunnels(source: TunnelsSource): LoadedTunnels {
  const document = parseToml(source);
  if ('line' in document) return { errors: [document] };
  const positions = readKeyPositions(source.text);
  const lineOf = createLineCounter(source.text);
  const start = (path: KeyPath) => positions.find(path, 'value').start;
  const result = tunnelsSchema.safeParse(document.table);
  const drafts = readDrafts(document.table);
  const findings = [
    ...schemaFindings(result.error?.issues ?? [], document.table),
    ...nameFindings(drafts),
    ...waitFindings(drafts),
    ...listenFindings(drafts, (path) => lineOf(start(path))),
  ];
  if (result.success && findings.length === 0) {
    const { tunnels, defaults } = result.data;
    const names = Object.keys(tunnels).toSorted(
      (one, other) => start(['tunnels', one]) - start(['tunnels', other]),
    );
    return { tunnels: names.map((name) => completeTunnel(name, tunnels[name]!, defaults)) };
  }
  const errors = findings.map((finding) =>
    locate(finding, positions.find(finding.path, finding.part), source, lineOf),
  );
  return { errors: errors.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

function parseToml({ text, file }: TunnelsSource): { readonly table: RawTable } | LocatedError {
  try {
    return { table: parse(text) };
  } catch (error) {
    return { ...syntaxFault(error), code: 'syntax', file, length: 1, key: '', allowed: '' };
  }
}

function syntaxFault(error: unknown): Pick<LocatedError, 'line' | 'column' | 'wrong'> {
  // Nothing else is known to come, but the promise never to throw is ours, not the parser's.
  if (!(error instanceof TomlError)) return { line: 1, column: 1, wrong: String(error) };
  const { line, column, message } = error;
  const sentence = message.split('\n', 1)[0]!.replace(/^Invalid TOML document: /, '');
  return { line, column, wrong: `no valid TOML: ${sentence}` };
}

function locate(
  { code, path, wrong, allowed, nearest }: Finding,
  { start, end }: Span,
  { text, file }: TunnelsSource,
  lineOf: (offset: number) => LineColumn,
): LocatedError {
  const [firstLine] = text.slice(start, end).split(/\r?\n/, 1);
  return {
    code,
    file,
    ...lineOf(start),
    length: Math.max(1, firstLine!.length),
    key: formatKeyPath(path),
    wrong,
    allowed,
    ...(nearest === undefined ? {} : { nearest }),
  };
}
