import { type Forward, parseForward } from '@holdfast/engine/forward';
import { HOST } from '../../tunnels/schema/names.ts';
import { FORWARD_KEYWORDS, readConfigArguments } from '../commands/ssh-arguments.ts';
import { type Found, type FoundTunnel, isFound, linesBetween, NOTHING } from '../found.ts';

const TWICE =
  'the forwards stay in ssh_config as well, and ssh makes identical ones only once: if you change one here, remove it there';

/** A Host or Match of the file, with its forwards. */
interface Block {
  /** As the file has it; empty: what stands before the first one. */
  readonly title: string;
  readonly patterns: readonly string[];
  readonly forwards: Forward[];
  readonly notes: string[];
  hasForwards: boolean;
}

/**
 * Finds the hosts of an ssh_config that have forwards, a tunnel for each.
 *
 * The tunnel has the forwards although ssh takes them from its file as well: of two that are alike ssh makes one, and so the tunnel
 * knows what it has to keep up.
 *
 * @see ssh_config(5); `add_local_forward()` https://github.com/openssh/openssh-portable/blob/V_9_2_P1/readconf.c
 */
export function readSshConfig(text: string, firstLine = 1): Found {
  const blocks: Block[] = [openBlock('', [])];
  const notes: string[] = [];
  for (const line of text.split('\n')) {
    const [, keyword, rest] = /^([A-Za-z]+)(?:\s*=\s*|\s+|(?="))(.*)$/s.exec(line.trim()) ?? [];
    if (keyword === undefined) continue;
    const name = keyword.toLowerCase();
    const words = readConfigArguments(rest!);
    if (name === 'host') blocks.push(openBlock(`Host ${words.join(' ')}`, words));
    else if (name === 'match') blocks.push(openBlock(`Match ${words.join(' ')}`, []));
    else if (name === 'include') notes.push(`Include ${words.join(' ')} was not followed`);
    else if (Object.hasOwn(FORWARD_KEYWORDS, name)) addForward(blocks.at(-1)!, keyword, words);
  }
  const read = readBlocks(
    blocks.filter(({ hasForwards }) => hasForwards),
    notes,
  );
  // Commands of ssh_config start no tunnel of their own.
  const last = firstLine + text.split('\n').length - 1;
  return isFound(read) ? { ...read, lines: linesBetween(firstLine, last) } : read;
}

function openBlock(title: string, patterns: readonly string[]): Block {
  return { title, patterns, forwards: [], notes: [], hasForwards: false };
}

/** ssh puts the two arguments together as they stand behind its -L. */
function addForward(block: Block, keyword: string, words: readonly string[]): void {
  block.hasForwards = true;
  const text = words.join(':');
  const reading = parseForward(FORWARD_KEYWORDS[keyword.toLowerCase()]!, text);
  if ('value' in reading) block.forwards.push(reading.value);
  else block.notes.push(`left to ssh_config: ${keyword} ${JSON.stringify(text)} ${reading.wrong}`);
}

function readBlocks(blocks: readonly Block[], notes: readonly string[]): Found {
  const byHost = new Map<string, FoundTunnel>();
  const left: string[] = [];
  for (const { title, patterns, forwards, notes: own } of blocks) {
    const [host, ...others] = patterns.filter((pattern) => !/[*?!]/.test(pattern));
    if (host === undefined || !HOST.test(host)) {
      const where =
        title === '' ? 'the forwards before the first Host' : `the forwards of ${title}`;
      left.push(`${where} are for more than one host: ssh adds them itself`);
      continue;
    }
    const before = byHost.get(host) ?? { host, forwards: [], options: [], notes: [] };
    const more = others.map((other) => `${title} names ${other} too, which got no tunnel`);
    byHost.set(host, {
      ...before,
      forwards: [...before.forwards, ...forwards],
      notes: [...before.notes, ...own, ...more],
    });
  }
  const hint = byHost.size === 0 ? [] : [TWICE];
  return { ...NOTHING, tunnels: [...byHost.values()], notes: [...notes, ...left, ...hint] };
}
