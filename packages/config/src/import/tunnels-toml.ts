import { printableLine } from '@holdfast/text';
import {
  forwardLines,
  listLine,
  tomlTable,
  tomlText,
  tomlTime,
  tunnelHeader,
} from '../tunnels/write-tunnels.ts';
import type { SettledTunnel } from './settle-tunnels.ts';

/** Longer comments say no more. */
const LONGEST_COMMENT = 300;

/** For editors, in the first line of a file: `holdfast config schema` prints what it names. @see docs/config.md */
const SCHEMA = '#:schema tunnels.schema.json';

/** Tunnels as a tunnels file has them, what there is to know about each as a comment above it. */
export function renderTunnels(
  tunnels: readonly SettledTunnel[],
  { file, isWholeFile }: { readonly file?: string | undefined; readonly isWholeFile: boolean },
): string {
  const schema = isWholeFile ? [SCHEMA] : [];
  const source = file === undefined ? [] : [comment(`from ${file}`)];
  return `${[...schema, ...source, ...tunnels.map(renderTunnel)].join('\n\n')}\n`;
}

function renderTunnel(tunnel: SettledTunnel): string {
  const { name, notes, host, forwards, options, monitor, pollSeconds, isEnabled } = tunnel;
  return [
    ...notes.map(comment),
    tunnelHeader(name),
    `host = ${tomlText(host)}`,
    ...forwardLines(forwards),
    ...listLine('options', options),
    ...(monitor === undefined ? [] : [`heartbeat = "mux" ${comment(`was -M ${monitor}`)}`]),
    ...(pollSeconds === undefined ? [] : [`poll = ${tomlTime(pollSeconds * 1000)}`]),
    ...renderRules(tunnel),
    ...(isEnabled ? [] : ['enabled = false']),
  ].join('\n');
}

function renderRules({ gateSeconds, maxStarts }: SettledTunnel): readonly string[] {
  if (gateSeconds === undefined && maxStarts === undefined) return [];
  const gate = gateSeconds === undefined ? undefined : tomlTime(gateSeconds * 1000);
  const starts = maxStarts === undefined ? undefined : JSON.stringify(maxStarts);
  return [`rules = ${tomlTable({ gate, max_starts: starts })}`];
}

function comment(sentence: string): string {
  return `# ${printableLine(sentence.slice(0, LONGEST_COMMENT))}`;
}
