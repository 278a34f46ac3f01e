import { factsOf, type Finding, type Line } from './failure-lines.ts';
import type { FailureFacts } from './failure-facts.ts';
import {
  BIND_REFUSED,
  BIND_UNRESOLVED,
  PATH_REFUSED,
  PORT_REFUSED,
  REMOTE_REFUSED,
} from './failure-details.ts';
import type { FailureCause } from './failure-texts.ts';

const IN_USE = 'Address already in use';

const LOCAL_TEXTS = [BIND_REFUSED, BIND_UNRESOLVED, PATH_REFUSED, PORT_REFUSED];

/** Local forwards that could not be had, one finding for each port or path. */
export function localRefusals(lines: readonly Line[]): Finding[] {
  const findings = new Map<number | string, Finding>();
  const whole = new Set(lines.flatMap(({ text }) => factsOf(PORT_REFUSED, text)?.port ?? []));
  for (const { text: line } of lines) {
    const facts = LOCAL_TEXTS.map((pattern) => factsOf(pattern, line)).find(
      (found) => found !== undefined,
    );
    const key = facts?.port ?? facts?.path ?? facts?.address;
    if (facts === undefined || key === undefined || findings.has(key)) continue;
    const isHalf = facts.port !== undefined && !whole.has(facts.port);
    findings.set(key, { cause: bindCause(facts, isHalf), line, facts });
  }
  return [...findings.values()];
}

function bindCause({ reason = IN_USE, path }: FailureFacts, isHalf: boolean): FailureCause {
  if (reason !== IN_USE) return 'local-port-unusable';
  if (path !== undefined) return 'local-path-taken';
  return isHalf ? 'local-port-half-held' : 'local-port-held';
}

/** Remote forwards that were refused, while ssh runs on. */
export function remoteRefusals(lines: readonly Line[]): Finding[] {
  return lines.flatMap(({ text: line }) => {
    const facts = factsOf(REMOTE_REFUSED, line);
    if (facts === undefined) return [];
    const cause = facts.path === undefined ? 'remote-port-held' : 'remote-path-refused';
    return [{ cause, line, facts }];
  });
}
