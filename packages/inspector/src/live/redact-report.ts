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
    sentences: sentences.map(redact),
    history: history.map(({ at, sentence }) => ({ at, sentence: redact(sentence) })),
  };
}

function redactFailure(failure: FailureStatus, redact: Redact): FailureStatus {
  const { sentence, remedy, line } = failure;
  return {
    ...failure,
    sentence: redact(sentence),
    ...(remedy === undefined ? {} : { remedy: redact(remedy) }),
    ...(line === undefined ? {} : { line: redact(line) }),
  };
}
