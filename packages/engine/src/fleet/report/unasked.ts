import type { FailureReport, TunnelContext, Untaken } from '@holdfast/machines';
import type { ManagedSpec } from '../fleet-tunnel.ts';
import { heartbeatTraits } from '../member/heartbeat-kinds.ts';
import { ownsControlPath } from '../member/ssh/own-options.ts';

const WHAT_HAPPENED: Readonly<Record<Untaken, string>> = {
  ended: 'ssh ended at its first probe, twice in a row',
  silent: 'the first probes of ssh were not answered, twice in a row',
};

const TO_MAKE_IT_FINAL = 'to keep it that way, set heartbeat = "none"';

/** What it means that a server is not asked since it does not take probes, or to see whether it does. */
export function leftOutSentence(why: Untaken, isSure: boolean, lack?: FailureReport): string {
  if (why === 'silent' && lack !== undefined) return lackSentence(lack);
  const what = WHAT_HAPPENED[why];
  return isSure
    ? `the server does not accept probes (${what}), and the tunnel goes on without probes: ssh's own ServerAlive watches it, and probes are tried again in an hour, or at a restart (${TO_MAKE_IT_FINAL})`
    : `${what}: this ssh runs without probes, to see whether it is the server that does not accept them (${TO_MAKE_IT_FINAL})`;
}

/** The heartbeat cannot work as things are: what can be done has to stay in sight. */
function lackSentence({ sentence, remedy }: FailureReport): string {
  return `${sentence}, and the tunnel goes on without probes: ssh's own ServerAlive watches it (${remedy}; ${TO_MAKE_IT_FINAL})`;
}

/** What it means that probes do not leave this machine. */
export function unsentSentence(reason: string): string {
  return `probes do not leave this machine, and ssh is kept: ${reason}`;
}

const SOCKET_IS_TAKEN =
  'its options (ControlPath, ControlMaster, -S or -M) take away the control socket that the heartbeat "mux" needs: only the ServerAlive of ssh watches it';

const LOGIN_IS_UNTOLD =
  'it has no heartbeat, and its options (ControlPath, ControlMaster, -S or -M) take away the control socket that shows when ssh has logged in: it counts as connected once ssh has run for a while';

/** Why a tunnel is not asked at present, where that is no matter of course; `undefined` if it is. */
export function whyUnasked(
  context: TunnelContext | null,
  { heartbeat, options }: Pick<ManagedSpec, 'heartbeat' | 'options'>,
): string | undefined {
  if (context === null || context.pid === null) return undefined;
  if (heartbeat === 'mux' && ownsControlPath(options)) return SOCKET_IS_TAKEN;
  if (heartbeat === 'none' && ownsControlPath(options)) return LOGIN_IS_UNTOLD;
  const { untaken, probes, unsent } = context;
  if (untaken.why !== null && untaken.phase !== 'asked' && !probes) {
    return leftOutSentence(
      untaken.why,
      untaken.phase === 'unasked',
      heartbeatTraits(heartbeat).lack,
    );
  }
  return unsent === null ? undefined : unsentSentence(unsent);
}
