import { expect, test } from 'vitest';
import { forwardOf } from '../../testing/tunnel-specs.ts';
import { forwardOfCheck } from './checks.ts';
import type { CheckQuestion } from '../tunnel-spec.ts';

const DB = forwardOf('local', '5432:db:5432');
const WEB = forwardOf('local', '127.0.0.1:80:web:80');
const SOCKET = forwardOf('local', '/run/a.sock:db:1');
const BACK = forwardOf('remote', '5432:localhost:22');
const ALL = [BACK, DB, WEB, SOCKET];

const tcp = (port: number): CheckQuestion => ({
  kind: 'tcp',
  address: { kind: 'tcp', host: 'localhost', port },
});
const command: CheckQuestion = { kind: 'command', command: ['true'] };

test.each([
  [{ question: tcp(1), forward: DB.text }, ALL, DB],
  [{ question: tcp(5432) }, ALL, DB],
  [{ question: tcp(1) }, ALL, undefined],
  [{ question: { kind: 'http', url: 'http://localhost/health' } as const }, ALL, WEB],
  [{ question: { kind: 'http', url: 'http://localhost:5432/' } as const }, ALL, DB],
  [{ question: { kind: 'http', url: 'nonsense' } as const }, ALL, undefined],
  [
    { question: { kind: 'tcp', address: { kind: 'unix', path: '/run/a.sock' } } as const },
    ALL,
    SOCKET,
  ],
  [{ question: command }, ALL, undefined],
  [{ question: command }, [BACK, DB], DB],
])('the check %o speaks through one of %o: %o', (check, forwards, forward) => {
  expect(forwardOfCheck(check, forwards)).toBe(forward);
});
