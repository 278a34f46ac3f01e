import { copyFileSync, rmSync } from 'node:fs';
import type { TunnelSpec } from '@holdfast/engine';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../../packages/engine/src/testing/scratch-folder.ts';
import { forwardOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endFleets, makeFleet, tunnelTo } from './support/fleet-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { removeRunFolders } from './support/run-folder.ts';
import {
  ECHO_PORT,
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';

const missing = sshdAvailable();
const note = missing === undefined ? '' : ` (${missing})`;

const PATIENCE_MS = 5000;

const folder = scratchFolder();
const authorizedKeys = folder.file('authorized_keys');

afterEach(async () => {
  await endFleets();
  await removeRunFolders();
});

describe.skipIf(missing !== undefined)(`a frozen tunnel without a witness (FL-28)${note}`, () => {
  let sshd: NamespaceSshd;

  beforeAll(async () => {
    sshd = await startSshdInNamespace([`AuthorizedKeysFile ${authorizedKeys}`]);
    allowIn();
  });

  afterAll(async () => {
    await sshd.close();
    folder.remove();
  });

  // What was frozen never ends by itself.
  afterEach(() => sshd.dropSessions());

  /** Lets the client's key in, from now on. */
  function allowIn(): void {
    const words = sshd.clientArguments();
    copyFileSync(`${words[words.indexOf('-i') + 1]}.pub`, authorizedKeys);
  }

  async function reachHealth(more: Partial<TunnelSpec>) {
    const port = await findFreePorts(1);
    const forwards = [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`)];
    const spec = { name: 'db', pollMs: 500, patienceMs: PATIENCE_MS, forwards, ...more };
    const scene = makeFleet([tunnelTo(sshd, spec)]);
    scene.fleet.start(['db']);
    const { pid } = await scene.reach('db', 'healthy');
    await scene.hear('db', 'probe.answered', 3);
    const heal = async () => {
      await scene.hear('db', 'tunnel.proved', 2);
      await expectBytes(port);
      expect(scene.status('db').pid).not.toBe(pid);
      expect(scene.count('db', 'tunnel.switched')).toBe(0);
    };
    return { ...scene, heal };
  }

  test.each<readonly [what: string, more: (free: number) => Partial<TunnelSpec>]>([
    ['that does not want one', () => ({ challenge: false })],
    [
      'whose login runs a command',
      () => ({ options: ['-oPermitLocalCommand=yes', '-oLocalCommand=true'] }),
    ],
    [
      'that has a forward of its own',
      (free) => ({ options: ['-o', `DynamicForward=127.0.0.1:${free}`] }),
    ],
  ])('%s is ended by its patience alone, and starts again', async (_, more) => {
    const scene = await reachHealth(more(await findFreePorts(1)));
    sshd.freeze();
    await scene.heal();
    const told = scene.facts('db').filter((fact) => /^(?:suspicion|challenger|stop)\./.test(fact));
    expect(told.filter((fact) => fact !== 'suspicion.lasts')).toEqual([
      'suspicion.began',
      'stop.began',
    ]);
  });

  test('whose server lets nobody in any more asks it once, and then waits', async () => {
    const scene = await reachHealth({});
    rmSync(authorizedKeys);
    sshd.freeze();
    await scene.hear('db', 'challenger.ended');
    allowIn();
    await scene.heal();
    const ends = scene.events.flatMap(({ fact }) => (fact.type === 'challenger.ended' ? fact : []));
    expect(ends).toMatchObject([{ isLast: true, failure: { class: 'auth' } }]);
  });
});
