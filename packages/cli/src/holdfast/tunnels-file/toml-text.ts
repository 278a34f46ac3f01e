import type { Check, TunnelSpec } from '@holdfast/engine';
import { UNLIMITED_STARTS } from '@holdfast/machines';
import { formatAddress, formatTime, quoteKey, quoteText } from './toml-values.ts';

/** Tunnels as a file of tunnels has them, with nothing left to the defaults. Read again, it gives the same tunnels. */
export function formatTunnels(tunnels: readonly TunnelSpec[]): string {
  return tunnels.map((tunnel) => `${formatTunnel(tunnel).join('\n')}\n`).join('\n');
}

function formatTunnel(tunnel: TunnelSpec): readonly string[] {
  const key = `tunnels.${quoteKey(tunnel.name)}`;
  const { rules } = tunnel;
  return [
    `[${key}]`,
    `host = ${quoteText(tunnel.host)}`,
    ...(['local', 'remote', 'socks'] as const).flatMap((kind) =>
      formatList(
        kind,
        tunnel.forwards.filter((forward) => forward.kind === kind).map(({ text }) => text),
      ),
    ),
    ...formatList('options', tunnel.options),
    ...formatList('tags', tunnel.tags),
    ...formatList('after', tunnel.after),
    `heartbeat = ${quoteText(tunnel.heartbeat)}`,
    `poll = ${formatTime(tunnel.pollMs)}`,
    `enabled = ${tunnel.enabled}`,
    ...formatChecks(tunnel.checks),
    '',
    `[${key}.rules]`,
    `gate = ${formatTime(rules.gateMs)}`,
    `max_starts = ${rules.maxStarts === UNLIMITED_STARTS ? '"unlimited"' : rules.maxStarts}`,
    `restart = ${formatIntensity(rules.restart)}`,
  ];
}

function formatList(key: string, texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : [`${key} = [${texts.map(quoteText).join(', ')}]`];
}

function formatIntensity(restart: TunnelSpec['rules']['restart']): string {
  if (restart === 'unlimited') return '"unlimited"';
  return `{ starts = ${restart.starts}, within = ${formatTime(restart.periodMs)} }`;
}

function formatChecks(checks: readonly Check[]): readonly string[] {
  if (checks.length === 0) return [];
  return ['check = [', ...checks.map((check) => `  ${formatCheck(check)},`), ']'];
}

function formatCheck(check: Check): string {
  const { forward, everyMs, timeoutMs, restart } = check;
  const parts = [
    formatQuestion(check.question),
    ...(forward === undefined ? [] : [`forward = ${quoteText(forward)}`]),
    `every = ${formatTime(everyMs)}`,
    `timeout = ${formatTime(timeoutMs)}`,
    `restart = ${restart}`,
  ];
  return `{ ${parts.join(', ')} }`;
}

function formatQuestion(question: Check['question']): string {
  switch (question.kind) {
    case 'tcp':
      return `tcp = ${quoteText(formatAddress(question.address))}`;
    case 'http':
      return `http = ${quoteText(question.url)}`;
    case 'command':
      return `command = [${question.command.map(quoteText).join(', ')}]`;
  }
}
