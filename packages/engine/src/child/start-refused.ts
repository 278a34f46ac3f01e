import type { FailureEvidence } from '@holdfast/machines';

/** Thrown instead of a command when it is known before the start that ssh would fail. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
  readonly evidence: FailureEvidence;

  constructor(message: string, evidence: FailureEvidence) {
    super(message);
    this.evidence = evidence;
  }
}
