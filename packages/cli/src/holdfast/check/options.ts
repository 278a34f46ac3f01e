import type { TunnelSpec } from '@holdfast/engine';
import { setsControlSocket } from '@holdfast/engine/parts';
import {
  findSilences,
  readSshWords,
  settingOfOption,
  writtenOption,
  type Silence,
  type SshOption,
} from '@holdfast/engine/ssh-options';
import type { Finding, FindingText } from './look.ts';

/**
 * Whether ssh's own arguments keep Holdfast from its work.
 *
 * @see docs/decisions/0011-ssh-config-under-a-supervisor.md
 */
export function checkOptions({ heartbeat, options, forwards }: TunnelSpec): readonly Finding[] {
  const read = readSshWords(options).options;
  const found: FindingText[] = [];
  const socket = read.find(setsControlSocket);
  if (socket !== undefined && heartbeat === 'mux') {
    found.push({
      verdict: 'warning',
      sentence: `${writtenOption(socket)} takes away the control socket that the mux heartbeat needs`,
      remedy: 'remove that option, or set heartbeat = "none"',
    });
  }
  found.push(...findSilences(options).map(silenced));
  const clear = read.find((option) => settingOfOption(option)?.keyword === 'clearallforwardings');
  if (clear !== undefined && isOn(clear) && forwards.length > 0) {
    found.push(clearsForwards(clear, socket !== undefined));
  }
  return found.map((each) => ({ ...each, about: 'options' }));
}

function isOn(option: SshOption): boolean {
  return /^(?:yes|true)$/i.test(settingOfOption(option)?.value ?? '');
}

/** What ssh does not open itself is opened over its control socket, where that is Holdfast's. */
function clearsForwards(option: SshOption, lacksSocket: boolean): FindingText {
  const none = `with ${writtenOption(option)} ssh opens none of the forwards`;
  const remedy = 'remove that option';
  return lacksSocket
    ? { verdict: 'problem', sentence: none, remedy }
    : {
        verdict: 'warning',
        sentence: `${none} itself; Holdfast opens them once ssh has logged in`,
        remedy,
      };
}

/** Why ssh ended is read from what it writes to stderr. */
function silenced({ option, elsewhere }: Silence): FindingText {
  const sentence =
    elsewhere === undefined
      ? `with ${option} ssh prints nothing, so there is no telling why it fails`
      : `with ${option} ssh writes why it fails to ${elsewhere}, where Holdfast does not see it`;
  return { verdict: 'warning', sentence, remedy: 'remove that option' };
}
