import type { Forward } from '../forward/forward.ts';
import { specChange, type SpecChange } from './changes.ts';
import type { FleetFact } from './fleet-event.ts';
import type { FleetChanges, OpenedForward } from './fleet.ts';
import type { Member } from './member/member.ts';
import type { ManagedSpec } from './fleet-tunnel.ts';

/** The parts of a fleet that a changed list of tunnels needs. */
export interface Rebuilding {
  readonly members: Map<string, Member>;
  readonly add: (spec: ManagedSpec) => void;
  readonly renewChecks: (member: Member, spec: ManagedSpec) => void;
  readonly tell: (tunnel: string, fact: FleetFact) => void;
  readonly open: (tunnel: string, forward: Forward) => Promise<OpenedForward>;
  readonly close: (tunnel: string, forward: Forward) => Promise<void>;
  readonly reconsider: () => void;
  /** Throws when the fleet was closed meanwhile. */
  readonly assertOpen: () => void;
}

interface Problem {
  readonly tunnel: string;
  readonly sentence: string;
}

/**
 * Replaces the tunnels of a fleet, and changes only what differs.
 *
 * What is removed is stopped first, so that its ports are free; what is new is started if it is enabled. A forward that differs is opened or
 * closed on the running connection; where that fails, the tunnel gets a new ssh.
 */
export async function applySpecs(
  specs: readonly ManagedSpec[],
  fleet: Rebuilding,
): Promise<FleetChanges> {
  const { members } = fleet;
  const wanted = new Map(specs.map((spec) => [spec.name, spec]));
  const removed = [...members.keys()].filter((name) => !wanted.has(name));
  await Promise.all(removed.map((name) => remove(name, fleet)));

  const added = specs.filter(({ name }) => !members.has(name));
  const kept = specs.filter(({ name }) => members.has(name));
  const outcomes = await Promise.all(kept.map((spec) => adjust(spec, fleet)));
  fleet.assertOpen();
  added.forEach((spec) => begin(spec, fleet));
  fleet.reconsider();
  const named = (kind: Outcome['kind']) =>
    outcomes.filter((outcome) => outcome.kind === kind).map(({ name }) => name);
  return {
    added: added.map(({ name }) => name),
    removed,
    restarted: named('restarted'),
    adjusted: named('adjusted'),
    unchanged: named('unchanged'),
    problems: outcomes.flatMap(({ problems }) => problems),
  };
}

interface Outcome {
  readonly name: string;
  readonly kind: 'restarted' | 'adjusted' | 'unchanged';
  readonly problems: readonly Problem[];
}

async function remove(name: string, { members, tell }: Rebuilding): Promise<void> {
  const { tunnel, checks } = members.get(name)!;
  checks.end();
  await tunnel.stop();
  tell(name, { type: 'tunnel.removed' });
  members.delete(name);
}

function begin(spec: ManagedSpec, { members, add, tell }: Rebuilding): void {
  add(spec);
  tell(spec.name, { type: 'tunnel.added' });
  if (spec.enabled) members.get(spec.name)!.tunnel.start();
}

async function adjust(spec: ManagedSpec, fleet: Rebuilding): Promise<Outcome> {
  const { name } = spec;
  const member = fleet.members.get(name)!;
  const before = member.tunnel.facts().spec;
  const change = specChange(before, spec);
  if (!change.isChange) return { name, kind: 'unchanged', problems: [] };
  const wasRunning = member.tunnel.isWanted();
  const isRepaired =
    hasGivenUp(member) && spec.enabled && (change.needsRestart || changesForwards(change));
  const problems = change.needsRestart ? [] : await changeForwards(member, change, fleet);
  const needsRestart = wasRunning && (change.needsRestart || problems.length > 0);
  fleet.assertOpen();
  fleet.tell(name, { type: 'tunnel.changed', needsRestart });
  member.tunnel.adopt(spec);
  fleet.renewChecks(member, spec);
  // Somebody may have stopped it meanwhile.
  if (needsRestart && !change.needsRestart && member.tunnel.isWanted()) member.tunnel.restart();
  if (isRepaired) member.tunnel.start();
  switchOnOrOff(before, spec, member);
  return { name, kind: needsRestart || isRepaired ? 'restarted' : 'adjusted', problems };
}

/** Such as over a host that is misspelt: what was changed may be the remedy. */
function hasGivenUp({ tunnel }: Member): boolean {
  return tunnel.facts().state === 'failed';
}

function changesForwards({ closed, opened }: SpecChange): boolean {
  return closed.length + opened.length > 0;
}

/** A tunnel that was enabled in the file is started, one that was disabled is stopped; else an operator's word stands. */
function switchOnOrOff(before: ManagedSpec, { enabled }: ManagedSpec, { tunnel }: Member): void {
  if (before.enabled === enabled) return;
  if (enabled) tunnel.start();
  else void tunnel.stop();
}

async function changeForwards(
  { tunnel }: Member,
  change: SpecChange,
  { open, close, tell }: Rebuilding,
): Promise<readonly Problem[]> {
  if (!changesForwards(change) || !tunnel.isWanted()) return [];
  const { closed, opened } = change;
  const { name } = tunnel;
  // An ssh that has not logged in yet was started with the old forwards.
  if (!tunnel.isConnected()) {
    const hasSsh = (tunnel.facts().context?.pid ?? null) !== null;
    return hasSsh ? [{ tunnel: name, sentence: 'it is not connected now, and starts anew' }] : [];
  }
  const problems: Problem[] = [];
  const attempt = async (forward: Forward, act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      const problem = (error as Error).message;
      tell(name, { type: 'forward.failed', forward: forward.text, problem });
      problems.push({ tunnel: name, sentence: problem });
    }
  };
  // First away, then new: a forward may move to the port of another.
  for (const forward of closed) await attempt(forward, () => close(name, forward));
  for (const forward of opened) await attempt(forward, () => open(name, forward));
  return problems;
}

/** Calls of this function wait for one another, in their order; one that fails does not keep up the next. */
export function oneAtATime<TInput, TResult>(
  act: (input: TInput) => Promise<TResult>,
): (input: TInput) => Promise<TResult> {
  let last: Promise<unknown> = Promise.resolve();
  return (input) => {
    const result = last.then(() => act(input));
    last = result.catch(() => undefined);
    return result;
  };
}
