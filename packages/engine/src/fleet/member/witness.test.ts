import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { skipWithout } from '../../testing/missing-part.ts';
import { scratchFolder } from '../../testing/scratch-folder.ts';
import { specOf } from '../../testing/tunnel-specs.ts';
import { configWords } from './ssh/command.ts';
import { whyNoWitness, whySettingsForbid, type WitnessSetting } from './witness.ts';

const folder = scratchFolder();
afterAll(() => folder.remove());

const SETTING: WitnessSetting = { tunnel: specOf(), isInteractive: false, isOpenSsh: true };
const CUSTOM = { probe: () => [] };

/** What keeps a tunnel from a second login, in the order in which it is told. */
const OBSTACLES: readonly (readonly [Partial<WitnessSetting>, string])[] = [
  [{ tunnel: specOf({ challenge: false }) }, '`challenge` is false'],
  [{ tunnel: specOf({ heartbeat: 'none' }) }, 'the heartbeat is not `mux`'],
  [{ tunnel: specOf({ heartbeat: 'loop' }) }, 'the heartbeat is not `mux`'],
  [{ tunnel: specOf({ heartbeat: 'echo' }) }, 'the heartbeat is not `mux`'],
  [{ tunnel: { ...specOf(), heartbeat: CUSTOM } }, 'the heartbeat is not `mux`'],
  [{ tunnel: specOf({ options: ['-S', '/x'] }) }, 'its options say where the control socket is'],
  [
    { tunnel: specOf({ options: ['-oControlMaster=auto'] }) },
    'its options say where the control socket is',
  ],
  [{ isInteractive: true }, 'ssh may have asked for something at the terminal'],
  [{ isOpenSsh: false }, 'ssh is not that of OpenSSH, or a script that does more than run it'],
];

describe('a tunnel', () => {
  test.each(OBSTACLES)('%# has no witness: %j', (obstacle, why) => {
    expect(whyNoWitness({ ...SETTING, ...obstacle })).toBe(why);
  });

  test('has one exactly if nothing of all that is so', () => {
    const some = fc.record({
      challenge: fc.boolean(),
      heartbeat: fc.constantFrom('mux' as const, 'none' as const),
      options: fc.constantFrom([], ['-p', '22'], ['-M']),
      isInteractive: fc.boolean(),
      isOpenSsh: fc.boolean(),
    });
    fc.assert(
      fc.property(some, ({ isInteractive, isOpenSsh, ...more }) => {
        const setting = { tunnel: specOf(more), isInteractive, isOpenSsh };
        const isFree = more.challenge && more.heartbeat === 'mux' && more.options[0] !== '-M';
        expect(whyNoWitness(setting) === undefined).toBe(isFree && !isInteractive && isOpenSsh);
      }),
    );
  });
});

/** What OpenSSH 9.2 says with an empty ssh_config, as far as it can matter. */
const PLAIN = `host srv
user me
hostname srv
port 22
batchmode no
controlmaster false
clearallforwardings no
exitonforwardfailure no
forwardx11 no
gatewayports no
gssapiauthentication no
hostbasedauthentication no
identitiesonly no
kbdinteractiveauthentication yes
passwordauthentication yes
permitlocalcommand no
proxyusefdpass no
pubkeyauthentication true
requesttty false
sessiontype none
forkafterauthentication no
stricthostkeychecking ask
tunnel false
identityfile ~/.ssh/id_rsa
identityfile ~/.ssh/id_ecdsa
identityfile ~/.ssh/id_ecdsa_sk
identityfile ~/.ssh/id_ed25519
identityfile ~/.ssh/id_ed25519_sk
addkeystoagent false
tunneldevice any:any
controlpersist no
`;

interface Row {
  readonly config: string;
  /** The lines that OpenSSH 9.2 makes of it; those of {@link PLAIN} with the same keyword are gone. */
  readonly says: readonly string[];
  readonly options?: readonly string[];
  /** The files of keys that somebody may have to touch. */
  readonly touched?: readonly string[];
  readonly why?: string;
}

const FORWARD = "ssh has a forward that is not the tunnel's";
const DEVICE = 'ssh opens a device (Tunnel)';
const ASKS = 'ssh has to ask for something at every login';
const CONFIRM = 'somebody may have to confirm every login';
const TYPED = 'PreferredAuthentications password,keyboard-interactive';
const TYPED_SAYS = 'preferredauthentications password,keyboard-interactive';
const NO_BATCH = ['-o', 'BatchMode=no'];

const ROWS: readonly Row[] = [
  { config: '', says: [] },
  { config: 'LocalForward 80 a:2', says: ['localforward 80 [a]:2'], why: `${FORWARD} (LocalForward)` },
  { config: 'RemoteForward 9 b:3', says: ['remoteforward 9 [b]:3'], why: `${FORWARD} (RemoteForward)` },
  { config: 'DynamicForward 7', says: ['dynamicforward 7'], why: `${FORWARD} (DynamicForward)` },
  // Overridden for every ssh of ours, so that it takes nothing away.
  { config: 'ClearAllForwardings yes\nDynamicForward 7', says: ['dynamicforward 7'], why: `${FORWARD} (DynamicForward)` },
  { config: 'DynamicForward 7', options: ['-o', 'ClearAllForwardings=yes'], says: ['clearallforwardings yes'] },
  { config: 'Tunnel yes', says: ['tunnel point-to-point'], why: DEVICE },
  { config: 'Tunnel point-to-point', says: ['tunnel point-to-point'], why: DEVICE },
  { config: 'Tunnel ethernet\nTunnelDevice 3:4', says: ['tunnel ethernet', 'tunneldevice 3:4'], why: DEVICE },
  { config: '', options: ['-w', '0:1'], says: ['tunnel point-to-point', 'tunneldevice 0:1'], why: DEVICE },
  { config: 'Tunnel no\nTunnelDevice 3:4', says: ['tunnel false', 'tunneldevice 3:4'] },
  { config: 'PermitLocalCommand yes\nLocalCommand ip link set %T up', says: ['permitlocalcommand yes', 'localcommand ip link set %T up'], why: 'ssh runs a command at every login (LocalCommand)' },
  { config: 'PermitLocalCommand yes', says: ['permitlocalcommand yes'] },
  { config: 'LocalCommand true', says: ['localcommand true'] },
  { config: 'RemoteCommand uptime', says: ['remotecommand uptime'] },
  { config: 'SessionType subsystem', says: ['sessiontype none'] },
  { config: 'ProxyCommand nc %h %p\nProxyUseFdpass yes', says: ['proxyusefdpass yes', 'proxycommand nc %h %p'] },
  { config: 'ProxyJump jump', says: ['proxyjump jump'] },
  { config: 'KnownHostsCommand /bin/true', says: ['knownhostscommand /bin/true'] },
  { config: 'PKCS11Provider /usr/lib/p.so', says: ['pkcs11provider /usr/lib/p.so'] },
  { config: 'ForwardX11 yes\nForwardAgent yes', says: ['forwardx11 yes', 'forwardagent yes'] },
  // Ours wins.
  { config: 'ControlMaster auto\nControlPath ~/.ssh/x\nControlPersist 5m', says: ['controlmaster auto', 'controlpath /home/me/.ssh/x', 'controlpersist 300'] },
  // The first login asked nothing either.
  { config: TYPED, says: [TYPED_SAYS] },
  { config: 'PubkeyAuthentication no', says: ['pubkeyauthentication false'] },
  { config: TYPED, options: NO_BATCH, says: [TYPED_SAYS], why: ASKS },
  { config: `${TYPED},publickey`, options: NO_BATCH, says: [`${TYPED_SAYS},publickey`] },
  { config: 'PubkeyAuthentication no', options: NO_BATCH, says: ['pubkeyauthentication false'], why: ASKS },
  { config: 'PubkeyAuthentication no', options: ['-oBatchMode=yes'], says: ['pubkeyauthentication false', 'batchmode yes'] },
  { config: 'PubkeyAuthentication unbound', options: NO_BATCH, says: ['pubkeyauthentication unbound'] },
  { config: 'PubkeyAuthentication no\nHostbasedAuthentication yes', options: NO_BATCH, says: ['pubkeyauthentication false', 'hostbasedauthentication yes'] },
  { config: 'PubkeyAuthentication no\nGSSAPIAuthentication yes', options: NO_BATCH, says: ['pubkeyauthentication false', 'gssapiauthentication yes'] },
  { config: 'AddKeysToAgent confirm', says: ['addkeystoagent confirm'], why: `${CONFIRM} (AddKeysToAgent confirm)` },
  { config: 'AddKeysToAgent confirm 5m', says: ['addkeystoagent confirm 300'], why: `${CONFIRM} (AddKeysToAgent confirm)` },
  { config: 'AddKeysToAgent ask', says: ['addkeystoagent ask'], why: `${CONFIRM} (AddKeysToAgent ask)` },
  { config: 'AddKeysToAgent 5m', says: ['addkeystoagent 300'] },
  { config: 'AddKeysToAgent yes', says: ['addkeystoagent true'] },
  { config: 'AddKeysToAgent confirm\nPubkeyAuthentication no', says: ['addkeystoagent confirm', 'pubkeyauthentication false'] },
  { config: '', says: [], touched: ['~/.ssh/id_ed25519_sk'], why: 'somebody may have to touch the key ~/.ssh/id_ed25519_sk at every login' },
  { config: 'IdentityFile "~/my keys/db"', says: ['identityfile ~/my keys/db'], touched: ['~/my keys/db'], why: 'somebody may have to touch the key ~/my keys/db at every login' },
  { config: 'IdentityFile ~/db', says: ['identityfile ~/db'], touched: ['~/.ssh/id_ed25519_sk'] },
  { config: 'IdentityFile ~/db\nPubkeyAuthentication no', says: ['identityfile ~/db', 'pubkeyauthentication false'], touched: ['~/db'] },
  { config: 'IdentityFile none', says: ['identityfile none'] },
]; // prettier-ignore

function judge(settings: string | undefined, { options = [], touched = [] }: Partial<Row> = {}) {
  return whySettingsForbid({ settings, options, mayNeedTouch: (file) => touched.includes(file) });
}

/** As ssh says it. */
function withLines(lines: readonly string[]): string {
  const keywords = new Set(lines.map((line) => line.split(' ')[0]));
  const rest = PLAIN.split('\n').filter((line) => !keywords.has(line.split(' ')[0]));
  return [...lines, ...rest].join('\n');
}

const noSsh = skipWithout('ssh', spawnSync('ssh', ['-V']).status === 0);

describe('what ssh makes of ssh_config', () => {
  test.each(ROWS)('of OpenSSH 9.2: $config $options $touched: $why', (row) => {
    expect(judge(withLines(row.says), row)).toBe(row.why);
  });

  test.skipIf(noSsh).each(ROWS)('of the ssh here: $config $options $touched: $why', (row) => {
    writeFileSync(folder.file('config'), `${row.config}\n`);
    const words = configWords({ host: 'srv', options: row.options ?? [] });
    const settings = execFileSync('ssh', ['-F', folder.file('config'), '-G', ...words], {
      encoding: 'utf8',
    });
    expect(judge(settings, row)).toBe(row.why);
  });

  test('that cannot be asked is not trusted with a second login', () => {
    expect(judge(undefined)).toBe('ssh does not tell its settings (`ssh -G`)');
  });

  test('forbids it exactly if one of its lines does, whatever the others are', () => {
    const forbidding = ['localforward 1 [a]:2', 'remoteforward 1 [a]:2', 'dynamicforward 1', 'tunnel ethernet', 'addkeystoagent confirm']; // prettier-ignore
    const harmless = ['localcommand x', 'remotecommand x', 'proxycommand x', 'identityfile ~/x', 'xforward 1', 'tunneldevice 1:2']; // prettier-ignore
    const lines = fc.shuffledSubarray([...forbidding, ...harmless]);
    fc.assert(
      fc.property(lines, (said) => {
        const isForbidden = said.some((line) => forbidding.includes(line));
        expect(judge(withLines(said)) !== undefined).toBe(isForbidden);
      }),
    );
  });

  test('is judged without fail, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void judge(text)));
  });
});
