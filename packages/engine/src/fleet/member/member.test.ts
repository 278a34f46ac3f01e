import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { skipWithout } from '../../testing/missing-part.ts';
import { scratchFolder } from '../../testing/scratch-folder.ts';
import { specOf } from '../../testing/tunnel-specs.ts';
import type { TunnelSpec } from '../tunnel-spec.ts';
import { Member } from './member.ts';
import type { FleetShared } from './shared.ts';

const folder = scratchFolder();
afterAll(() => folder.remove());

const noSsh = skipWithout('ssh', spawnSync('ssh', ['-V']).status === 0);

/** A tunnel with the ssh of this machine, and an ssh_config of its own. */
function memberOf(config: string, more: Partial<TunnelSpec>, script: string): Member {
  writeFileSync(folder.file('config'), config);
  const ssh = folder.program('ssh', script.replace('CONFIG', folder.file('config')));
  const shared = { ssh, env: process.env, isInteractive: false } as unknown as FleetShared;
  return new Member(specOf(more), shared);
}

const PLAIN = 'exec ssh -F CONFIG "$@"';

describe.skipIf(noSsh)('whether a tunnel can have a second login is known', () => {
  test.each([
    ['', {}, PLAIN, undefined],
    ['DynamicForward 7', {}, PLAIN, "ssh has a forward that is not the tunnel's (DynamicForward)"],
    ['DynamicForward 7', { challenge: false }, PLAIN, '`challenge` is false'],
    [
      '',
      {},
      'case $1 in -G) ;; *) knock ;; esac; exec ssh -F CONFIG "$@"',
      'ssh is not that of OpenSSH, or a script that does more than run it',
    ],
    ['Nonsense', {}, PLAIN, 'ssh does not tell its settings (`ssh -G`)'],
  ] as const)('%j %j %s: %s', async (config, more, script, why) => {
    const member = memberOf(config, more, script);
    await member.learnWitness();
    expect(member.noWitness).toBe(why);
  });
});
