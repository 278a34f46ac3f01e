import { afterEach, beforeEach, expect, test } from 'vitest';
import { FILE_BODIES } from '../bundles/programs.ts';
import { runHoldfast } from '../run-holdfast.ts';
import { captureTerminal } from '../testing/captured-terminal.ts';
import {
  makeScratchHome,
  startFakeSupervisor,
  type FakeSupervisor,
  type ScratchHome,
} from '../testing/fake-supervisor.ts';

let supervisor: FakeSupervisor;
let home: ScratchHome;
beforeEach(async () => {
  home = makeScratchHome();
  const url = 'http://127.0.0.1:40123/#token=abcdefghijklmnopqrstuv';
  supervisor = await startFakeSupervisor({ 'POST /v1/inspect': { url } });
});
afterEach(async () => {
  home.remove();
  await supervisor.close();
});

async function inspect(...words: readonly string[]) {
  const terminal = captureTerminal({ isTerminal: false });
  const { env } = supervisor;
  const status = await runHoldfast(FILE_BODIES, ['inspect', ...words], {
    terminal,
    env,
    script: '',
  });
  return { status, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

test('with --stately it prints the address of the page for Stately, with the token in the fragment', async () => {
  const url = 'http://127.0.0.1:40123/stately#token=abcdefghijklmnopqrstuv';
  expect(await inspect('--stately')).toEqual({ status: 0, stdout: `${url}\n`, stderr: '' });
  const told = await inspect('--stately', '--json');
  expect(JSON.parse(told.stdout)).toEqual({ url });
});

test('--close cannot be used with --stately', async () => {
  const refused = await inspect('--close', '--stately');
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain('--close cannot be used with --stately');
  expect(supervisor.asked).toEqual([]);
});
