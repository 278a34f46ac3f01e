import type { ForwardKind } from '@holdfast/engine/forward';
import { printableLine, replaceUnprintable } from '@holdfast/text';
import { formatKeyPath } from '../tunnels/schema-faults.ts';
import type { SettledTunnel } from './settle-tunnels.ts';

/** Longer comments say no more. */
const LONGEST_COMMENT = 300;

/** Tunnels as a file of tunnels has them, what there is to know about each as a comment above it. */
export function renderTunnels(tunnels: readonly SettledTunnel[], file?: string): string {
  const source = file === undefined ? [] : [comment(`from ${file}`)];
  return `${[...source, ...tunnels.map(renderTunnel)].join('\n\n')}\n`;
}

function renderTunnel(tunnel: SettledTunnel): string {
  const { name, notes, host, options, monitor, pollSeconds, isEnabled } = tunnel;
  return [
    ...notes.map(comment),
    `[${formatKeyPath(['tunnels', name])}]`,
    `host = ${text(host)}`,
    ...(['local', 'remote', 'socks'] as const).flatMap((kind) => renderForwards(tunnel, kind)),
    ...(options.length === 0 ? [] : [`options = ${list(options)}`]),
    ...(monitor === undefined ? [] : [`heartbeat = "mux" ${comment(`was -M ${monitor}`)}`]),
    ...(pollSeconds === undefined ? [] : [`poll = ${time(pollSeconds)}`]),
    ...renderRules(tunnel),
    ...(isEnabled ? [] : ['enabled = false']),
  ].join('\n');
}

function renderForwards({ forwards }: SettledTunnel, kind: ForwardKind): readonly string[] {
  const texts = forwards.filter((forward) => forward.kind === kind).map((each) => each.text);
  return texts.length === 0 ? [] : [`${kind} = ${list(texts)}`];
}

function renderRules({ gateSeconds, maxStarts }: SettledTunnel): readonly string[] {
  const starts = typeof maxStarts === 'string' ? text(maxStarts) : maxStarts;
  const rules = [
    ...(gateSeconds === undefined ? [] : [`gate = ${time(gateSeconds)}`]),
    ...(starts === undefined ? [] : [`max_starts = ${starts}`]),
  ];
  return rules.length === 0 ? [] : [`rules = { ${rules.join(', ')} }`];
}

/** In the largest unit that leaves a whole number. */
function time(seconds: number): string {
  if (seconds > 0 && seconds % 3600 === 0) return text(`${seconds / 3600}h`);
  return text(seconds > 0 && seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`);
}

function list(texts: readonly string[]): string {
  return `[${texts.map(text).join(', ')}]`;
}

/** Half a character is none: nothing can be written in its place. */
const HALF_CHARACTER = /\p{Cs}/gu;

function text(value: string): string {
  const whole = JSON.stringify(value.replaceAll(HALF_CHARACTER, '\uFFFD'));
  return replaceUnprintable(whole, (character) => {
    return `\\U${character.codePointAt(0)!.toString(16).padStart(8, '0')}`;
  });
}

function comment(sentence: string): string {
  return `# ${printableLine(sentence.slice(0, LONGEST_COMMENT))}`;
}
