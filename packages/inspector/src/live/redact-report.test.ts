import type { FailureStatus, TunnelStatus, WhyReport } from '@holdfast/engine';
import { localRedactor } from '@holdfast/recording';
import { expect, it } from 'vitest';
import { redactReport } from './redact-report.ts';

const REFUSED = 'ssh does not understand its settings: unsupported option "hunter2x".';
const LINE = 'command-line line 0: unsupported option "hunter2x".';

function reportOf(failure: Partial<FailureStatus>): WhyReport {
  const sentence = failure.sentence ?? REFUSED;
  return {
    status: {
      host: 'me@gw',
      failure: { at: '', times: 1, line: LINE, ...failure, sentence } as FailureStatus,
      end: sentence,
      checks: [],
    } as unknown as TunnelStatus,
    sentences: [
      `What went wrong 3 s ago for the 2nd time in a row: ${sentence}. ssh said: "${LINE}". What you can do: correct the setting.`,
    ],
    history: [{ at: '', sentence: `ssh ended (status 255): ${sentence}` }],
  };
}

it('takes out the setting that ssh refuses wherever it is told, and the words of ssh about it', () => {
  const shown = redactReport(
    reportOf({ class: 'usage', remedy: 'correct the setting' }),
    localRedactor.text,
  );
  expect(JSON.stringify(shown)).not.toContain('hunter2x');
  expect(shown.status.failure).toEqual({
    class: 'usage',
    at: '',
    times: 1,
    sentence: 'ssh does not understand its settings: unsupported option (hidden).',
    remedy: 'correct the setting',
  });
  expect(shown.sentences).toEqual([
    'What went wrong 3 s ago for the 2nd time in a row: ssh does not understand its settings: unsupported option (hidden).. What you can do: correct the setting.',
  ]);
});

it('leaves what ssh said of other failures, without paths', () => {
  const line = 'me@gw: Permission denied (publickey).';
  const shown = redactReport(
    reportOf({ class: 'auth', sentence: 'gw refused the login as us', line }),
    localRedactor.text,
  );
  expect(shown.status.failure?.line).toBe(line);
});
