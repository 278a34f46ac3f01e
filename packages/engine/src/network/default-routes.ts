import { closeSync, openSync, readSync } from 'node:fs';

/** Reads the beginning of a file; nothing if there is none. */
export type ReadBeginning = (path: string) => string;

const IPV4_TABLE = '/proc/net/route';
const IPV6_TABLE = '/proc/net/ipv6_route';

/** A router of the internet has a million routes: reading them all would stop everything else. */
const LONGEST_TABLE_BYTES = 256 * 1024;

const ANYWHERE_IPV4 = '00000000';
const ANYWHERE_IPV6 = `${'0'.repeat(32)} 00`;

/**
 * One text for the default routes: equal as long as they are the same.
 *
 * Empty where the system has no such tables (all but Linux): there, a change shows in the addresses alone. Throws the system's
 * error when they cannot be read at the moment.
 */
export function routeFingerprint(read: ReadBeginning = readBeginning): string {
  return [...ipv4Defaults(read(IPV4_TABLE)), ...ipv6Defaults(read(IPV6_TABLE))].sort().join('\n');
}

/** Interface, gateway and metric. The counters beside them change without meaning anything. */
function ipv4Defaults(table: string): string[] {
  return table.split('\n').flatMap((row) => {
    const [name, destination, gateway, , , , metric, mask] = row.split('\t');
    if (destination !== ANYWHERE_IPV4 || mask !== ANYWHERE_IPV4) return [];
    return [`${name} ${gateway} ${metric}`];
  });
}

/** The entry on `lo` is the kernel's own, for what has no route. */
function ipv6Defaults(table: string): string[] {
  return table.split('\n').flatMap((row) => {
    if (!row.startsWith(ANYWHERE_IPV6)) return [];
    const [, , , , gateway, metric, , , , name] = row.split(/\s+/);
    return name === undefined || name === 'lo' ? [] : [`${name} ${gateway} ${metric}`];
  });
}

function readBeginning(path: string): string {
  const fd = openIfAny(path);
  if (fd === undefined) return '';
  try {
    return readUpTo(fd, LONGEST_TABLE_BYTES);
  } finally {
    closeSync(fd);
  }
}

function openIfAny(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    // Too many open files say nothing about routes.
    if (/^E[MN]FILE$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  }
}

/** The kernel hands out such a table a few pages at a time. */
function readUpTo(fd: number, bytes: number): string {
  const chunk = Buffer.allocUnsafe(16 * 1024);
  let text = '';
  while (text.length < bytes) {
    const length = readSync(fd, chunk);
    if (length === 0) break;
    text += chunk.toString('latin1', 0, length);
  }
  return text;
}
