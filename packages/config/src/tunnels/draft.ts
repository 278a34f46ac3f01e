import type { KeyPath } from './key-positions.ts';
import type { LocatedErrorCode } from './located-error.ts';
import { type Forward, parseForward } from '@holdfast/engine/forward';
import { isTable, type RawTable } from './raw-value.ts';

/** An error whose place is still a path into the document. */
export interface FileFault {
  readonly code: Exclude<LocatedErrorCode, 'syntax'>;
  readonly path: KeyPath;
  /** What is to be marked: the key or its value. */
  readonly part: 'key' | 'value';
  readonly wrong: string;
  readonly allowed: string;
  readonly nearest?: string | undefined;
}

/** Something of a draft, with the way to it. */
export interface Placed<TValue> {
  readonly value: TValue;
  readonly path: KeyPath;
}

/**
 * What can be read of a tunnel although other things in it may be wrong.
 *
 * The rules between tunnels are judged on drafts, so that one look at a file finds all of its errors.
 */
export interface Draft {
  readonly name: string;
  readonly host: string | undefined;
  readonly isEnabled: boolean;
  readonly after: readonly Placed<string>[];
  readonly forwards: readonly Placed<Forward>[];
  /** The forwards that checks name. */
  readonly checked: readonly Placed<string>[];
}

export function readDrafts(document: RawTable): readonly Draft[] {
  const { defaults, tunnels } = document;
  if (!isTable(tunnels)) return [];
  const isEnabled = !isTable(defaults) || defaults['enabled'] !== false;
  return Object.entries(tunnels).map(([name, value]) =>
    readDraft(name, isTable(value) ? value : {}, isEnabled),
  );
}

function readDraft(name: string, table: RawTable, isEnabled: boolean): Draft {
  const { host, enabled, after, check } = table;
  const base = ['tunnels', name];
  return {
    name,
    host: typeof host === 'string' ? host : undefined,
    isEnabled: typeof enabled === 'boolean' ? enabled : isEnabled,
    after: texts(after, [...base, 'after']),
    forwards: (['local', 'remote', 'socks'] as const).flatMap((kind) =>
      texts(table[kind], [...base, kind]).flatMap(({ value, path }) => {
        const reading = parseForward(kind, value);
        return 'value' in reading ? [{ value: reading.value, path }] : [];
      }),
    ),
    checked: checkedForwards(check, [...base, 'check']),
  };
}

function texts(list: unknown, path: KeyPath): readonly Placed<string>[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, index) =>
    typeof value === 'string' ? [{ value, path: [...path, index] }] : [],
  );
}

function checkedForwards(check: unknown, path: KeyPath): readonly Placed<string>[] {
  if (Array.isArray(check)) {
    return check.flatMap((each: unknown, index) =>
      isTable(each) ? checkedForwards(each, [...path, index]) : [],
    );
  }
  const forward = isTable(check) ? check['forward'] : undefined;
  return typeof forward === 'string' ? [{ value: forward, path: [...path, 'forward'] }] : [];
}
