import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A network of its own on this machine, reached over one line. */
export interface NetworkNamespace {
  /** Its address, as seen from outside. */
  readonly address: string;
  /** The end of the line that lies outside. */
  readonly outside: LineEnd;
  /** The interface at the other end. */
  readonly innerDevice: string;
  /** The command line that runs a program inside. */
  inside(...command: readonly string[]): [string, ...string[]];
  /** Lets all that comes in go unanswered: from outside, packets disappear, also those of connections that are open. */
  swallow(): Promise<void>;
  /** Ends `swallow`. */
  answer(): Promise<void>;
  /** Loses every packet to and from a TCP port of it, as a bad line does: nobody hears of that, and TCP goes on when it ends. */
  lose(port: number): Promise<void>;
  /** Ends `lose`. */
  deliver(port: number): Promise<void>;
  /** Takes from the machine the address at its end of the line. */
  takeAddress(): Promise<void>;
  /** Ends `takeAddress`. */
  giveAddress(): Promise<void>;
  /** Deletes it; its processes must have ended. */
  remove(): Promise<void>;
}

/** An interface of this machine, and the addresses that it can have. */
export interface LineEnd {
  readonly device: string;
  readonly address: string;
  /** Another of the same network, which nobody has. */
  readonly spareAddress: string;
  /** The length of the prefix of both. */
  readonly prefix: number;
}

const PREFIX = 29;

/** Makes a network namespace with a line (veth) from the machine to it. Needs root. */
export async function createNetworkNamespace(): Promise<NetworkNamespace> {
  const id = randomBytes(4).toString('hex');
  const name = `holdfast-${id}`;
  // Names of interfaces have at most 15 characters.
  const outer = `hf${id}o`;
  const inner = `hf${id}i`;
  const [outerAddress, innerAddress, spareAddress] = chooseAddresses();
  const inside = (...command: readonly string[]): [string, ...string[]] => [
    'ip',
    'netns',
    'exec',
    name,
    ...command,
  ];
  await ip('netns', 'add', name);
  await ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', name);
  const ofOuter = [`${outerAddress}/${PREFIX}`, 'dev', outer];
  await ip('address', 'add', ...ofOuter);
  await ip('link', 'set', outer, 'up');
  await ip('-netns', name, 'address', 'add', `${innerAddress}/${PREFIX}`, 'dev', inner);
  await ip('-netns', name, 'link', 'set', inner, 'up');
  await ip('-netns', name, 'link', 'set', 'lo', 'up');
  // Every answer ends here. On the way in nothing is lost, which nobody outside can tell.
  const blackhole = ['blackhole', `${outerAddress}/32`];
  const setLoss = async (order: '-A' | '-D', port: number) => {
    const iptables = ['netns', 'exec', name, 'iptables', '-w', order];
    await Promise.all([ip(...iptables, ...arriving(port)), ip(...iptables, ...leaving(port))]);
  };
  return {
    address: innerAddress,
    outside: { device: outer, address: outerAddress, spareAddress, prefix: PREFIX },
    innerDevice: inner,
    inside,
    swallow: () => ip('-netns', name, 'route', 'add', ...blackhole),
    answer: () => ip('-netns', name, 'route', 'delete', ...blackhole),
    lose: (port) => setLoss('-A', port),
    deliver: (port) => setLoss('-D', port),
    takeAddress: () => ip('address', 'delete', ...ofOuter),
    giveAddress: () => ip('address', 'add', ...ofOuter),
    remove: async () => {
      // The line first: the namespace itself goes only with the last socket in it, which can linger.
      await ip('link', 'delete', outer);
      await ip('netns', 'delete', name);
    },
  };
}

async function ip(...words: readonly string[]): Promise<void> {
  await run('ip', words);
}

const arriving = (port: number) => ['INPUT', '-p', 'tcp', '--dport', String(port), '-j', 'DROP'];
const leaving = (port: number) => ['OUTPUT', '-p', 'tcp', '--sport', String(port), '-j', 'DROP'];

// One of half a million small networks, so that tests at the same time do not meet.
function chooseAddresses(): [outer: string, inner: string, spare: string] {
  const network = `10.${randomInt(192, 256)}.${randomInt(0, 256)}`;
  const base = randomInt(0, 32) * 8;
  return [`${network}.${base + 1}`, `${network}.${base + 2}`, `${network}.${base + 3}`];
}
