import type { FailureReport } from '@holdfast/machines';
import type { Forward, Listen } from '../../../forward/forward.ts';
import {
  heldForwardFailure,
  missingForwardFailure,
} from '../../../listeners/held-forward-failure.ts';
import type { ForwardSight, OwnSocket } from '../../../listeners/forward-sights.ts';
import type { FleetFact } from '../../fleet-event.ts';
import type { SshConfig } from './ssh-config.ts';

/** What is known of one forward of the ssh that runs. */
export interface KnownForward {
  readonly isBound: boolean;
  /** Why it is not there. */
  readonly problem?: string;
  /** What can be done about that. */
  readonly remedy?: string;
  /** What the server chose where it was asked for port 0. */
  readonly port?: number;
}

/** The same, and how it is known. */
export interface KeptForward extends KnownForward {
  readonly forward: Forward;
  /** Where ssh listens for it on this machine, as far as the system tells. */
  readonly sockets: readonly OwnSocket[];
}

/** Whose forwards they are: what their keeper asks. */
export interface ForwardOwner {
  /** Those of the tunnel, and those that were opened by hand. */
  forwards(): readonly Forward[];
  /** Asks ssh for what ssh_config makes of the tunnel. Never rejects. */
  askSshConfig(): Promise<SshConfig>;
  options(): readonly string[];
  /** The environment of ssh. */
  readonly env: NodeJS.ProcessEnv;
  /** Names the tunnel beside this one that has what the server refused. Absent: none is known. */
  named?(refused: FailureReport, places: readonly Listen[]): FailureReport;
  /** Where ssh's control socket is; `undefined` if the tunnel's own options took it away. */
  controlPath(): string | undefined;
  /** The ssh that runs. */
  pid(): number | undefined;
  tell(fact: FleetFact): void;
  /** A forward is lost, and ssh does not bring it back: it needs a new ssh. */
  giveUp(failure: FailureReport): void;
}

const NONE: readonly OwnSocket[] = [];

/** What two descriptions of one forward have in common. */
export function keyOf({ kind, text }: Forward): string {
  return `${kind} ${text}`;
}

/** Why a forward is not there, and what can be done about it. */
export type ForwardProblem = Pick<FailureReport, 'sentence' | 'remedy'>;

/** A forward that was looked at. `problem`: why it is not there, if it is not. */
export function seenForward(sight: ForwardSight, problem: ForwardProblem): KeptForward {
  const { forward } = sight;
  switch (sight.state) {
    case 'there':
    case 'half':
      return { forward, isBound: true, sockets: sight.sockets };
    case 'untold':
      return { forward, isBound: true, sockets: NONE };
    default:
      return missingForward(forward, problem);
  }
}

/** A remote forward that the server has granted. */
export function grantedForward(forward: Forward, port: number | undefined): KeptForward {
  return { forward, isBound: true, sockets: NONE, ...(port === undefined ? {} : { port }) };
}

/** A forward that is not there. */
export function missingForward(
  forward: Forward,
  { sentence, remedy }: ForwardProblem,
): KeptForward {
  const can = remedy === undefined ? {} : { remedy };
  return { forward, isBound: false, problem: sentence, ...can, sockets: NONE };
}

/** Why a forward is not there. `said`: what ssh said when it was to open it. */
export function problemOf(sight: ForwardSight, said?: string): ForwardProblem {
  if (sight.state === 'held') return heldForwardFailure(sight.held)!;
  return missingForwardFailure(sight.forward, said);
}

/** The same of a forward that ssh_config asks for, and the tunnel does not. */
export function ofSshConfig({ sentence, remedy }: ForwardProblem): ForwardProblem {
  const out = 'take the forward out of ssh_config';
  return {
    sentence: `${sentence} (ssh_config asks for this forward)`,
    remedy: remedy === undefined ? out : `${out}, or: ${remedy}`,
  };
}

/** The failure of a tunnel of whose forwards others hold some. */
export function heldFailure(sights: readonly ForwardSight[]): FailureReport | undefined {
  return heldForwardFailure(sights.flatMap((sight) => (sight.state === 'held' ? sight.held : [])));
}

/** Whether there is less of a forward than was known before. */
export function isLess(sight: ForwardSight, kept: KeptForward | undefined): boolean {
  if (sight.state === 'untold' || kept === undefined) return false;
  if (sight.state === 'missing' || sight.state === 'held') return true;
  return !kept.isBound || sight.sockets.length < kept.sockets.length;
}
