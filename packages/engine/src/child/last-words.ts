import type { FailureEvidence, FailureReport, StopReason } from '@holdfast/machines';
import type { LastWords } from './command.ts';
import type { Silence } from '../ssh-options/silence.ts';
import { classifyFailure, stderrLines, type Failure } from './failure-class.ts';

/** What the reader of ssh's last words has to know besides. */
export interface LastWordsSettings {
  /** Whether the ssh has proved that it carries traffic. */
  readonly wasHealthy: () => boolean;
  /** Why ssh was told to go; `null` if nobody told it. Default: nobody did. */
  readonly stopReason?: () => StopReason | null;
  /** A random number from 0 to 1, for the next wait. */
  readonly chance: () => number;
  /** What among its options keeps ssh from saying why it ends. Default: nothing. */
  readonly silencedBy?: () => Silence | undefined;
  /** Asked when no probe was ever answered: what the heartbeat lacks, if it is known. */
  readonly whyUnanswered?: () => FailureReport | undefined;
  /** Looks closer at what ssh cannot tell; `undefined` where there is nothing to look for. Never rejects. */
  readonly lookCloser?: (failure: Failure) => Promise<Failure> | undefined;
  /** Asked when a port was held: by whom, and who asked for it, if that is known. */
  readonly whoHolds?: (failure: Failure) => Partial<FailureReport> | undefined;
}

/** As much of stderr as is kept: ssh's last words are short, and come last. */
const KEPT = 8192;

/** Whether the reason why ssh was told to go says all: what an ssh says that goes as it was told is no failure. */
const EXPLAINS_THE_END: Readonly<Record<StopReason, boolean>> = {
  'operator-stop': true,
  'operator-restart': true,
  'lifetime-over': true,
  'login-timed-out': true,
  'heartbeat-missed': true,
  'check-failed': true,
  // A forward may be refused without a word: then ssh's own tell which one.
  'forward-refused': false,
};

/**
 * What ssh writes for each probe that its server refuses. It says the same of a forward of the tunnel that is asked for over the socket, but
 * whoever asked has its answer.
 */
const PROBE_NOISE =
  /^mux_confirm_remote_forward: remote port forwarding failed for listen (?:port \d+|path \/\S+)\r?\n/gm;

/** Last words of which nobody looks closer: whoever asks has the answer at once. */
export interface PromptLastWords extends LastWords {
  explain(...asked: Parameters<LastWords['explain']>): FailureEvidence;
}

/** Reads ssh's stderr for why it failed; keeps no more of it than a few thousand characters. */
export function createLastWords(
  settings: LastWordsSettings & { readonly lookCloser?: undefined },
): PromptLastWords;
export function createLastWords(settings: LastWordsSettings): LastWords;
export function createLastWords(settings: LastWordsSettings): LastWords {
  let kept = '';
  return {
    hear(text) {
      // At once, as far as it comes in whole lines: kept for each tunnel of a fleet it would weigh.
      kept = lastOf(kept + text.replace(PROBE_NOISE, ''));
    },
    explain(end, ageMs) {
      const reason = settings.stopReason?.() ?? null;
      if ('exit' in end && reason !== null && EXPLAINS_THE_END[reason]) {
        const isUnanswered = reason === 'heartbeat-missed' && !settings.wasHealthy();
        const failure = isUnanswered ? settings.whyUnanswered?.() : undefined;
        return { ...(failure === undefined ? {} : { failure }), chance: settings.chance() };
      }
      const exit = 'exit' in end ? end.exit : { unrunnable: end.unrunnable };
      const words = Buffer.from(kept.replace(PROBE_NOISE, ''), 'latin1').toString('utf8');
      const stderr = stderrLines(words);
      const failure = classifyFailure({
        stderr,
        exit,
        ageMs,
        wasHealthy: settings.wasHealthy(),
        silencedBy: settings.silencedBy?.(),
      });
      const holder = PORT_CLASSES.has(failure.class) ? settings.whoHolds?.(failure) : undefined;
      const evidence = (found: Failure) => ({
        failure: { ...failureReport(found), ...holder },
        chance: settings.chance(),
      });
      return settings.lookCloser?.(failure)?.then(evidence) ?? evidence(failure);
    },
  };
}

const PORT_CLASSES: ReadonlySet<Failure['class']> = new Set([
  'local-port-held',
  'remote-port-held',
]);

/** The end of a text, in whole lines: what is left of a line could look like another. */
function lastOf(text: string): string {
  if (text.length <= KEPT) return text;
  const end = text.slice(-KEPT);
  return end.slice(end.indexOf('\n') + 1);
}

/** The part of a failure that the machine is told. */
export function failureReport({
  class: failureClass,
  sentence,
  remedy,
  line,
}: Failure): FailureReport {
  return {
    class: failureClass,
    sentence,
    ...(remedy === undefined ? {} : { remedy }),
    ...(line === undefined ? {} : { line }),
  };
}
