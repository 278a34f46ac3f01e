import type { Forward } from '../forward/forward.ts';
import { specChange, type SpecChange } from './changes.ts';
import type { FleetChanges } from './fleet.ts';
import { closeLive, openLive } from './member/forwards/live-forwards.ts';
import type { Member } from './member/member.ts';
import type { Members } from './member/members.ts';
import type { StartPlaces } from './turns/start-places.ts';
import type { ManagedSpec } from './fleet-tunnel.ts';

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
  members: Members,
  places: StartPlaces,
): Promise<FleetChanges> {
  const wanted = new Set(specs.map(({ name }) => name));
  const gone = [...members].filter(({ name }) => !wanted.has(name));
  await Promise.all(gone.map((member) => remove(member, members)));

  const isNew = ({ name }: ManagedSpec) => members.find(name) === undefined;
  const added = specs.filter(isNew);
  const kept = specs.filter((spec) => !isNew(spec));
  const outcomes = await Promise.all(kept.map((spec) => adjust(spec, members)));
  members.assertOpen();
  added.forEach((spec) => begin(spec, members));
  places.reconsider();
  const named = (kind: Outcome['kind']) =>
    outcomes.filter((outcome) => outcome.kind === kind).map(({ name }) => name);
  return {
    added: added.map(({ name }) => name),
    removed: gone.map(({ name }) => name),
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

async function remove(member: Member, members: Members): Promise<void> {
  await member.stop();
  member.tell({ type: 'tunnel.removed' });
  members.remove(member.name);
}

function begin(spec: ManagedSpec, members: Members): void {
  const member = members.add(spec);
  member.tell({ type: 'tunnel.added' });
  if (spec.enabled) member.start();
}

async function adjust(spec: ManagedSpec, members: Members): Promise<Outcome> {
  const { name } = spec;
  const member = members.find(name)!;
  const before = member.spec;
  const change = specChange(before, spec);
  if (!change.isChange) return { name, kind: 'unchanged', problems: [] };
  const wasRunning = member.isWanted();
  // Such as over a host that is misspelt: what was changed may be the remedy.
  const hasGivenUp = member.stay.state === 'failed';
  const isRepaired = hasGivenUp && spec.enabled && (change.needsRestart || changesForwards(change));
  const problems = change.needsRestart ? [] : await changeForwards(member, change);
  const needsRestart = wasRunning && (change.needsRestart || problems.length > 0);
  members.assertOpen();
  member.tell({ type: 'tunnel.changed', needsRestart });
  member.adopt(spec);
  // Somebody may have stopped it meanwhile.
  if (needsRestart && !change.needsRestart && member.isWanted()) member.restart();
  if (isRepaired) member.start();
  switchOnOrOff(before, spec, member);
  return { name, kind: needsRestart || isRepaired ? 'restarted' : 'adjusted', problems };
}

function changesForwards({ closed, opened }: SpecChange): boolean {
  return closed.length + opened.length > 0;
}

/** A tunnel that was enabled in the file is started, one that was disabled is stopped; else an operator's word stands. */
function switchOnOrOff(before: ManagedSpec, { enabled }: ManagedSpec, member: Member): void {
  if (before.enabled === enabled) return;
  if (enabled) member.start();
  else void member.stop();
}

async function changeForwards(member: Member, change: SpecChange): Promise<readonly Problem[]> {
  if (!changesForwards(change) || !member.isWanted()) return [];
  const { closed, opened } = change;
  const { name: tunnel } = member;
  // An ssh that has not logged in yet was started with the old forwards.
  if (!member.isConnected()) {
    const hasSsh = member.pid() !== undefined;
    return hasSsh ? [{ tunnel, sentence: 'it is not connected now, and starts again' }] : [];
  }
  const problems: Problem[] = [];
  const attempt = async (forward: Forward, act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      const problem = (error as Error).message;
      member.tell({ type: 'forward.failed', forward: forward.text, problem });
      problems.push({ tunnel, sentence: problem });
    }
  };
  // First away, then new: a forward may move to the port of another.
  for (const forward of closed) await attempt(forward, () => closeLive(member, forward));
  for (const forward of opened) await attempt(forward, () => openLive(member, forward));
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
