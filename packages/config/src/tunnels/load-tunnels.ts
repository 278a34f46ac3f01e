import type { TunnelSpec } from '@holdfast/engine';
import { parse, TomlError } from 'smol-toml';
import { type FileFault, readDrafts } from './draft.ts';
import {
  createLineCounter,
  type KeyPath,
  type LineColumn,
  readKeyPositions,
} from './key-positions.ts';
import { listenFaults, nameFaults, waitFaults } from './between-tunnels.ts';
import type { LocatedError } from './located-error.ts';
import type { RawTable } from './raw-value.ts';
import { formatKeyPath, schemaFaults } from './schema-faults.ts';
import {
  type DefaultsTable,
  type FileSettings,
  tunnelsSchema,
  type TunnelTable,
} from './schema/keys.ts';
import type { Span } from './toml-keys.ts';

/** A tunnels file and the name by which errors call it. */
export interface TunnelsSource {
  readonly text: string;
  readonly file: string;
}

/** The tunnels of a file and its settings for the supervisor, or everything that is wrong with it. */
export type LoadedTunnels =
  | {
      readonly tunnels: readonly TunnelSpec[];
      readonly settings: FileSettings;
      readonly errors?: never;
    }
  | {
      readonly errors: readonly LocatedError[];
      readonly tunnels?: never;
      readonly settings?: never;
    };

/**
 * Reads a tunnels file.
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
  const faults = [
    ...schemaFaults(result.error?.issues ?? [], document.table),
    ...nameFaults(drafts),
    ...waitFaults(drafts),
    ...listenFaults(drafts, (path) => lineOf(start(path))),
  ];
  if (result.success && faults.length === 0) {
    const { tunnels, defaults, listen } = result.data;
    const names = Object.keys(tunnels).toSorted(
      (one, other) => start(['tunnels', one]) - start(['tunnels', other]),
    );
    return {
      tunnels: names.map((name) => tunnelOf(name, tunnels[name]!, defaults)),
      settings: { listen },
    };
  }
  const errors = faults.map((fault) =>
    locate(fault, positions.find(fault.path, fault.part), source, lineOf),
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
  return { line, column, wrong: `invalid TOML: ${sentence}` };
}

function locate(
  { code, path, wrong, allowed, nearest }: FileFault,
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

/**
 * Fills what a tunnel does not say from `[defaults]`.
 *
 * Lists are joined. The tunnel's options come first: of two values for one option ssh takes the first.
 *
 * @see ssh_config(5): "the first obtained value will be used".
 */
export function tunnelOf(name: string, table: TunnelTable, defaults: DefaultsTable): TunnelSpec {
  const rules = table.rules ?? {};
  return {
    name,
    host: table.host,
    forwards: [...table.local, ...table.remote, ...table.socks],
    options: [...table.options, ...defaults.options],
    tags: [...new Set([...table.tags, ...defaults.tags])],
    after: [...new Set(table.after)],
    heartbeat: table.heartbeat ?? defaults.heartbeat,
    pollMs: table.poll ?? defaults.poll,
    challenge: table.challenge ?? defaults.challenge,
    // `null` is said, too: as usual, whatever the defaults are.
    patienceMs: table.patience === undefined ? defaults.patience : table.patience,
    release: table.release ?? defaults.release,
    checks: table.check,
    rules: {
      gateMs: rules.gate ?? defaults.rules.gate,
      maxStarts: rules.max_starts ?? defaults.rules.max_starts,
      restart: rules.restart ?? defaults.rules.restart,
    },
    enabled: table.enabled ?? defaults.enabled,
    required: table.required ?? defaults.required,
  };
}
