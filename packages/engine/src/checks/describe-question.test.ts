import { expect, test } from 'vitest';
import type { CheckQuestion } from '../fleet/tunnel-spec.ts';
import { describeQuestion } from './describe-question.ts';

test.each<[CheckQuestion, string]>([
  [{ kind: 'tcp', address: { kind: 'tcp', host: '127.0.0.1', port: 5432 } }, 'tcp 127.0.0.1:5432'],
  [{ kind: 'tcp', address: { kind: 'tcp', host: '::1', port: 5432 } }, 'tcp [::1]:5432'],
  [{ kind: 'tcp', address: { kind: 'unix', path: '/run/db' } }, 'tcp /run/db'],
  [{ kind: 'http', url: 'http://127.0.0.1:8080' }, 'http http://127.0.0.1:8080'],
  [{ kind: 'http', url: 'https://me:secret@web/health?a=b' }, 'http https://web/health?a=b'],
  [{ kind: 'http', url: 'https://:secret@web/' }, 'http https://web/'],
  [{ kind: 'command', command: ['pg_isready', '-p', '5432'] }, 'command pg_isready -p 5432'],
  [{ kind: 'command', command: ['sh', '-c', 'a\n\u001b[2J'] }, 'command sh -c a \uFFFD[2J'],
])('%j is %s', (question, words) => {
  expect(describeQuestion(question)).toBe(words);
});
