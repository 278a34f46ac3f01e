import { afterEach, expect, test, vi } from 'vitest';
import { launchPlainly } from './child/launch-plainly.ts';

vi.mock('./child/launch-with-execa.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('./child/launch-with-execa.ts')>();
  return { launchWithExeca: vi.fn(original.launchWithExeca) };
});
// Files share their modules: what another one has loaded with the real launcher is loaded anew.
vi.resetModules();
const { launchWithExeca } = await import('./child/launch-with-execa.ts');
const { createTunnel } = await import('./create-tunnel.ts');

const COMMAND = { file: '/bin/sh', args: ['-c', 'exit 0'] };

afterEach(() => void vi.clearAllMocks());

test('a tunnel is started, and launches with execa', async () => {
  const tunnel = createTunnel({ command: COMMAND, gateSeconds: 0 });
  expect(await tunnel.ended).toMatchObject({ class: 'ssh-finished' });
  expect(launchWithExeca).toHaveBeenCalledExactlyOnceWith(COMMAND);
});

test('a tunnel launches as it is told', async () => {
  const launch = vi.fn(launchPlainly);
  const tunnel = createTunnel({ command: COMMAND, gateSeconds: 0, launch });
  expect(await tunnel.ended).toMatchObject({ class: 'ssh-finished' });
  expect([launch.mock.calls.length, vi.mocked(launchWithExeca).mock.calls.length]).toEqual([1, 0]);
});

test('a tunnel that is stopped at once ends', async () => {
  const tunnel = createTunnel({ command: { file: '/bin/sleep', args: ['60'] }, gateSeconds: 0 });
  expect(await tunnel.stop()).toMatchObject({ class: 'operator-stop' });
});

test('a tunnel can be followed from its creation', async () => {
  const states: string[] = [];
  const facts: string[] = [];
  const tunnel = createTunnel({ command: COMMAND, gateSeconds: 0 });
  tunnel.state$.subscribe((state) => states.push(state));
  tunnel.fact$.subscribe(({ type }) => facts.push(type));
  await tunnel.ended;
  expect(states).toEqual(['connecting', 'stopped']);
  expect([facts[0], facts.at(-1)]).toEqual(['backoff.began', 'tunnel.ended']);
});
