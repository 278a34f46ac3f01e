import { expect, test } from 'vitest';
import { classifyFailure } from '../failure/classify.ts';
import { LOST } from '../testing/failure-golden.ts';
import { closedPort } from '../testing/loopback.ts';
import { forwardOf } from '../testing/tunnel-specs.ts';
import { configForwardFailure, configForwardHeld } from './config-forward-failure.ts';
import { describeHolder, endHolder } from './socket-holder.ts';

function failed(...lines: readonly string[]) {
  const stderr = lines.map((line) => `${line}\r`);
  return classifyFailure({ stderr, exit: LOST, ageMs: 500, wasHealthy: false });
}

test('a local forward that nobody gave the tunnel comes from ssh_config', async () => {
  const port = await closedPort();
  const failure = failed(
    `bind [127.0.0.1]:${port}: Address already in use`,
    `channel_setup_fwd_listener_tcpip: cannot listen to port: ${port}`,
    'Could not request local forwarding.',
  );
  const found = configForwardFailure(failure, [forwardOf('local', '1:db:5432')]);
  expect(found).toEqual({
    sentence: `ssh_config asks for a forward at port ${port}, which is held by another program`,
    remedy: 'take it out of ssh_config (LocalForward, DynamicForward), or end that program',
  });
  expect(configForwardFailure(failure, [forwardOf('local', `${port}:db:5432`)])).toBeUndefined();
});

test('a remote forward that nobody gave the tunnel comes from ssh_config', () => {
  const failure = failed('Error: remote port forwarding failed for listen port 8081');
  expect(configForwardFailure(failure, [])?.sentence).toBe(
    'the server did not give port 8081: it is held, or not allowed; it is ssh_config that asks for it (RemoteForward)',
  );
  expect(configForwardFailure(failure, [forwardOf('remote', '8081:a:1')])).toBeUndefined();
});

test('who keeps a holder up is named, and is to be ended', () => {
  const keeper = { pid: 800, program: 'autossh' };
  const holder = { pid: 811, program: 'ssh', keeper };
  expect(describeHolder(holder)).toBe('pid 811 (ssh), which autossh (pid 800) keeps up');
  expect(endHolder(holder)).toBe('end autossh (pid 800), or it comes back');
  expect(endHolder({ pid: 811, program: 'ssh' })).toBe('end pid 811');
});

test('an ssh of another tunnel is named by it, and is never to be ended by its pid', () => {
  const holder = { pid: 811, program: 'ssh', tunnel: 'web' };
  expect(describeHolder(holder)).toBe('tunnel web (ssh, pid 811)');
  expect(endHolder(holder)).toBe('disable tunnel web');
  expect(configForwardHeld(5432, holder)).toEqual({
    sentence:
      'ssh_config asks for a forward at port 5432, which is held by tunnel web (ssh, pid 811)',
    remedy:
      'move it from ssh_config (LocalForward, DynamicForward) to the forwards of one of the two tunnels, or disable tunnel web',
  });
});
