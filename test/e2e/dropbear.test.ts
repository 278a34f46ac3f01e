import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { createClientArguments, createThrowawayKeys } from '@holdfast/demo';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endRuns, startAutossh } from './support/autossh.ts';
import { PATIENT } from './support/embedded-scene.ts';
import { createHoldfastScene, endHoldfastScenes, tunnelToServer } from './support/holdfast.ts';
import { missingPart } from './support/missing-part.ts';
import { createNetworkNamespace } from './support/network-namespace.ts';
import { sshdAvailable } from './support/sshd-namespace.ts';
import { startProgram } from './support/started-program.ts';

const missing =
  sshdAvailable() ??
  missingPart(
    spawnSync('dropbear', ['-V']).error === undefined ? undefined : 'install dropbear-bin',
  );

const SSH_PORT = 22;

/** Dropbear keeps the two sockets of a forward that it has granted, whatever ssh says: it would refuse more at about 34 forwards. */
const FEW_LISTENERS = 4;

/** More than such a server would bear, if each left something behind. */
const PROBES = 40;

describe.skipIf(missing !== undefined)(
  `a server that is Dropbear${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let server: Awaited<ReturnType<typeof startDropbear>>;

    beforeAll(async () => {
      server = await startDropbear();
    });
    afterAll(async () => {
      await server.close();
    });
    afterEach(async () => {
      await endRuns();
      await endHoldfastScenes();
    });

    test('answers the probes of a tunnel, and keeps few listeners for them', async () => {
      const scene = createHoldfastScene();
      scene.write(tunnelToServer('db', server, { poll: '1s' }));
      await scene.up('--wait', '90s');
      const tunnel = async () => (await scene.status()).tunnels[0]!;
      const { pid } = await tunnel();
      const answers = new Set<string | null>();
      await expect
        .poll(async () => answers.add((await tunnel()).answeredAt).size, PATIENT)
        .toBeGreaterThanOrEqual(PROBES);
      expect(await tunnel()).toMatchObject({ state: expect.stringMatching(/^(healthy|probing)$/) });
      expect(await tunnel()).toMatchObject({ pid, starts: 1, failure: null });
      expect((await tunnel()).unasked).toBeUndefined();
      expect(server.listeners()).toBeLessThanOrEqual(FEW_LISTENERS);
    });

    test('answers those of an autossh with -N, and keeps few listeners for them', async () => {
      const words = ['-N', ...server.clientArguments(), server.destination];
      const run = startAutossh(words, { AUTOSSH_POLL: '1', AUTOSSH_FIRST_POLL: '1' });
      await expect.poll(() => run.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(PROBES);
      expect([run.starts, run.stderr]).toEqual([1, '']);
      expect(server.listeners()).toBeLessThanOrEqual(FEW_LISTENERS);
    });

    test('runs the command of an autossh once, to its end', async () => {
      const words = [...server.clientArguments(), server.destination, 'echo run; sleep 8'];
      const run = startAutossh(words, { AUTOSSH_POLL: '1', AUTOSSH_FIRST_POLL: '1' });
      expect(await run.ended).toBe(0);
      expect([run.stdout, run.starts]).toEqual(['run\n', 1]);
      expect(server.listeners()).toBeLessThanOrEqual(FEW_LISTENERS);
    });
  },
);

/** Starts Dropbear in a network of its own, and for a user whose home is a folder of the test's. */
async function startDropbear() {
  const keys = await createThrowawayKeys();
  const namespace = await createNetworkNamespace();
  const home = keys.directory;
  const hostKey = `${home}/dropbear_key`;
  execFileSync('dropbearconvert', ['openssh', 'dropbear', keys.hostKeyFile, hostKey]);
  mkdirSync(`${home}/.ssh`, { mode: 0o700 });
  cpSync(`${keys.clientKeyFile}.pub`, `${home}/.ssh/authorized_keys`);
  // `ip netns exec` has a mount namespace of its own: nobody else sees this home.
  const script = 'mount --bind "$1" "$2" && exec dropbear -F -E -p "$3" -r "$4" -P "$4.pid"';
  const place = `${namespace.address}:${SSH_PORT}`;
  // The key is at another path then.
  const key = `${homedir()}/dropbear_key`;
  const command = ['sh', '-c', script, 'sh', home, homedir(), place, key] as const;
  const program = await startProgram(namespace.inside(...command), /Not backgrounding/);
  return {
    destination: `${userInfo().username}@${namespace.address}`,
    clientArguments: (port = SSH_PORT) => createClientArguments(keys, port),
    /** How many sockets listen there besides the server's own. */
    listeners: () =>
      ['tcp', 'tcp6'].flatMap((kind) => listeningPorts(`/proc/${program.pid}/net/${kind}`)).length -
      1,
    async close() {
      await program.kill();
      await namespace.remove();
      await keys.remove();
    },
  };
}

/** @see proc(5), /proc/net/tcp: the state LISTEN is 0A */
function listeningPorts(table: string): number[] {
  const rows = readFileSync(table, 'utf8').trimEnd().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, local = '', , state] = row.trim().split(/\s+/);
    return state === '0A' ? [Number.parseInt(local.split(':')[1]!, 16)] : [];
  });
}
