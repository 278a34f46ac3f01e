import type { FailureStatus, WhyReport } from '@holdfast/engine';

type Redact = (text: string) => string;

/** A report whose texts of ssh and of commands tell no key paths, options or environment. Names and forwards stay. */
export function redactReport({ status, sentences, history }: WhyReport, redact: Redact): WhyReport {
  return {
    status: {
      ...status,
      host: redact(status.host),
      failure: status.failure === null ? null : redactFailure(status.failure, redact),
      end: status.end === null ? null : redact(status.end),
      checks: status.checks.map((check) => ({
        ...check,
        question: redact(check.question),
        ...(check.problem === undefined ? {} : { problem: redact(check.problem) }),
      })),
    },
    sentences: sentences.map((sentence) => redact(withoutLine(sentence, status.failure))),
    history: history.map(({ at, sentence }) => ({ at, sentence: redact(sentence) })),
  };
}

/** A setting that ssh refuses is repeated by ssh, and can be a secret: its words go altogether. */
const HIDES_LINE: ReadonlySet<FailureStatus['class']> = new Set(['usage']);

function withoutLine(sentence: string, failure: FailureStatus | null): string {
  if (failure?.line === undefined || !HIDES_LINE.has(failure.class)) return sentence;
  return sentence.replaceAll(` ssh said: "${failure.line}".`, '');
}

function redactFailure(failure: FailureStatus, redact: Redact): FailureStatus {
  const { sentence, remedy, line, ...rest } = failure;
  return {
    ...rest,
    sentence: redact(sentence),
    ...(remedy === undefined ? {} : { remedy: redact(remedy) }),
    ...(line === undefined || HIDES_LINE.has(failure.class) ? {} : { line: redact(line) }),
  };
}
