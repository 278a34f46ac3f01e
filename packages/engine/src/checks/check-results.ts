import type { Observable } from 'rxjs';
import type { Check } from '../fleet/tunnel-spec.ts';
import { askCommand$ } from './ask-command.ts';
import { askHttp$ } from './ask-http.ts';
import { askRepeatedly$ } from './ask-repeatedly.ts';
import { askTcp$ } from './ask-tcp.ts';
import type { CheckResult } from './check-result.ts';

/**
 * The answers to a check, one after the other: asked at once, and `everyMs` after each answer. Failures are answers; the stream neither
 * fails nor ends.
 *
 * Cold. Unsubscribing gives up the question that is out: connections are closed, a command is ended.
 *
 * @param asked - told whenever the question is put.
 */
export function checkResults$(check: Check, asked = ignore): Observable<CheckResult> {
  const ask = () => {
    asked();
    return ask$(check);
  };
  return askRepeatedly$(ask, check);
}

function ignore(): void {
  // nobody wants to know
}

function ask$({ question, timeoutMs }: Check): Observable<CheckResult> {
  switch (question.kind) {
    case 'tcp':
      return askTcp$(question, { timeoutMs });
    case 'http':
      return askHttp$(question);
    case 'command':
      return askCommand$(question);
  }
}
