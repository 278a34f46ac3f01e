import { printableLine } from '@holdfast/text';
import { systemErrorText } from '../system-error.ts';

/** The answer to a check. */
export type CheckResult =
  | { readonly ok: true }
  /** One line, lower case where it is ours, without a full stop. */
  | { readonly ok: false; readonly problem: string };

const LONGEST_PROBLEM = 200;

/** The check passed. */
export const passed: CheckResult = { ok: true };

/** The check failed. What programs and servers say is made fit to be shown. */
export function failed(problem: string): CheckResult {
  return { ok: false, problem: printableLine(problem.slice(0, LONGEST_PROBLEM)) };
}

/** From 24 on Node adds advice to what it says of a certificate, about an option that no user of a tunnel can give it. */
const ADVICE = /; [^;]*\bNode\.js\b.*$/s;

/** The question could not even be put. */
export function failedBy(error: unknown): CheckResult {
  // Of a name with two addresses each has failed in its own way.
  const said = systemErrorText(error instanceof AggregateError ? error.errors[0] : error);
  return failed(said.replace(ADVICE, ''));
}
