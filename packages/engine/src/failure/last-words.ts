import type { FailureReport, StopReason } from '@holdfast/machines';
import type { LastWords } from '../child/command.ts';
import { REFUSED_PROBE } from '../child/stderr.ts';
import type { Silence } from '../ssh-options/silence.ts';
import { classifyFailure } from './classify.ts';
import { failureReport, type Failure } from './sentences.ts';

/** What the reader of ssh's last words has to know besides. */
export interface LastWordsSettings {
  /** Whether the ssh has proved that it carries traffic. */
  readonly wasHealthy: () => boolean;
  /** Why ssh was told to go; `null` if nobody told it. Default: nobody did. */
  readonly stopReason?: () => StopReason | null;
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
const PROBE_NOISE = new RegExp(`^${REFUSED_PROBE}(?:port \\d+|path /\\S+)\\r?$`);

const PORT_CLASSES: ReadonlySet<Failure['class']> = new Set([
  'local-port-held',
  'remote-port-held',
]);

/** Last words of which nobody looks closer: whoever asks has the answer at once. */
export interface PromptLastWords extends LastWords {
  explain(...asked: Parameters<LastWords['explain']>): FailureReport | undefined;
}

/** Hears the lines of ssh's stderr for why it failed; keeps no more of them than a few thousand characters. */
export function createLastWords(
  settings: LastWordsSettings & { readonly lookCloser?: undefined },
): PromptLastWords;
export function createLastWords(settings: LastWordsSettings): LastWords;
export function createLastWords(settings: LastWordsSettings): LastWords {
  const kept = new LastLines();
  return {
    hear(line) {
      if (!PROBE_NOISE.test(line)) kept.add(line);
    },
    explain(end, ageMs) {
      const reason = settings.stopReason?.() ?? null;
      if ('exit' in end && reason !== null && EXPLAINS_THE_END[reason]) {
        const isUnanswered = reason === 'heartbeat-missed' && !settings.wasHealthy();
        return isUnanswered ? settings.whyUnanswered?.() : undefined;
      }
      const failure = classifyFailure({
        stderr: kept.lines,
        exit: 'exit' in end ? end.exit : { unrunnable: end.unrunnable },
        ageMs,
        wasHealthy: settings.wasHealthy(),
        silencedBy: settings.silencedBy?.(),
      });
      const holder = PORT_CLASSES.has(failure.class) ? settings.whoHolds?.(failure) : undefined;
      const report = (found: Failure) => ({ ...failureReport(found), ...holder });
      return settings.lookCloser?.(failure)?.then(report) ?? report(failure);
    },
  };
}

/** The last lines of a text, in no more characters than are kept. */
class LastLines {
  #lines: string[] = [];
  #characters = 0;

  get lines(): readonly string[] {
    return this.#lines;
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#characters += line.length + 1;
    while (this.#characters > KEPT) this.#characters -= this.#lines.shift()!.length + 1;
  }
}
