import { checkRuleSet, type RuleSet, type RuleSetName } from '@holdfast/machines';
import { parseForward, type Forward, type ForwardKind } from '../forward/forward.ts';
import { readSshWords } from '../ssh-options/read-words.ts';
import { goesToBackground, settingOfOption } from '../ssh-options/settings.ts';
import { FleetError } from './fleet.ts';
import type { FleetTunnel, ManagedSpec } from './fleet-tunnel.ts';
import { TUNNEL_KEYS } from './tunnel-keys.ts';

/** What a tunnel is about which nothing else was said. */
const USUAL = Object.fromEntries(
  Object.entries(TUNNEL_KEYS).flatMap(([key, row]) => ('usual' in row ? [[key, row.usual]] : [])),
) as unknown as Omit<ManagedSpec, 'name' | 'host'>;

/**
 * Fills in the defaults of all tunnels of a fleet.
 *
 * Throws a {@link FleetError} `invalid-tunnel` for what could never run, and a `RuleSetError`; before anything is changed.
 *
 * @param ruleSet - what those go by that name no rule set of their own.
 */
export function completeTunnels(
  tunnels: readonly FleetTunnel[],
  ruleSet: RuleSetName | RuleSet | undefined,
): readonly ManagedSpec[] {
  const names = new Set<string>();
  return tunnels.map((tunnel) => {
    const { name } = tunnel;
    if (names.has(name)) throw invalid(name, 'another tunnel has the same name: choose another');
    names.add(name);
    return completeOne(tunnel, ruleSet);
  });
}

function completeOne(
  { local, remote, socks, ...tunnel }: FleetTunnel,
  ruleSet: RuleSetName | RuleSet | undefined,
): ManagedSpec {
  const forwards = [
    ...(tunnel.forwards ?? []),
    ...readForwards(tunnel.name, 'local', local),
    ...readForwards(tunnel.name, 'remote', remote),
    ...readForwards(tunnel.name, 'socks', socks),
  ];
  const whole = { ruleSet, ...withoutUndefined(tunnel), forwards };
  checkTunnel(whole);
  // Spread out, each would have a hidden class of its own: 0.3 kB.
  return Object.assign({}, USUAL, whole);
}

function readForwards(
  name: string,
  kind: ForwardKind,
  texts: readonly string[] = [],
): readonly Forward[] {
  return texts.map((text) => {
    const reading = parseForward(kind, text);
    if ('value' in reading) return reading.value;
    throw invalid(name, `its ${kind} forward ${JSON.stringify(text)} ${reading.wrong}`);
  });
}

function checkTunnel({ name, host, options, heartbeat, ruleSet }: FleetTunnel): void {
  if (typeof name !== 'string' || name === '') throw invalid(name, 'it has no name: give it one');
  if (typeof host !== 'string' || host === '' || host.startsWith('-')) {
    const sentence = `its host is ${JSON.stringify(host)}: it must be a host, such as me@bastion`;
    throw invalid(name, sentence);
  }
  if (
    readSshWords(options ?? []).options.some((option) => goesToBackground(settingOfOption(option)))
  ) {
    const sentence = 'its options send ssh to the background, where nobody watches it';
    throw invalid(name, sentence);
  }
  if (typeof heartbeat === 'object' && typeof heartbeat.probe !== 'function') {
    throw invalid(name, 'its heartbeat has no function probe: see CustomHeartbeat');
  }
  if (ruleSet !== undefined) checkRuleSet(ruleSet);
}

function invalid(name: string, sentence: string): FleetError {
  return new FleetError('invalid-tunnel', `tunnel ${JSON.stringify(name)}: ${sentence}`);
}

/** A field that is there and undefined is one that was not given. */
function withoutUndefined<T extends object>(tunnel: T): T {
  const given = Object.entries(tunnel).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as T;
}
