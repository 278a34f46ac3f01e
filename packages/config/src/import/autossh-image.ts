import type { Environment } from './autossh-settings.ts';
import type { Field } from './shell-words.ts';

/** The arguments that a container gives autossh, and what else there is to say. */
export interface ImageCommand {
  readonly fields: readonly Field[];
  readonly notes: readonly string[];
}

/** An image that is told by variables what to forward. @see https://github.com/jnovack/autossh */
const IMAGE = /(?:^|\/)autossh(?:[:@]|$)/;

const NOTES = [
  'the image takes its key from SSH_KEY_FILE, or from what is mounted: name it in options (-i), or let the agent have it',
  'without /known_hosts the image checks no host key: ssh does, so connect once by hand',
] as const;

/** What the variables of a container mean; `undefined`, if its image is another one. */
export function imageCommand(image: string, environment: Environment): ImageCommand | undefined {
  const host = environment['SSH_REMOTE_HOST'];
  if (!IMAGE.test(image) || host === undefined) return undefined;
  const of = (name: string, otherwise: string) => environment[name] || otherwise;
  const mode = of('SSH_MODE', '-R');
  const listen = [of('SSH_BIND_IP', '127.0.0.1'), of('SSH_TUNNEL_PORT', '0')];
  const target = [of('SSH_TARGET_HOST', 'localhost'), of('SSH_TARGET_PORT', '22')];
  const words = ['-M', '0', '-N', mode, [...listen, ...(mode === '-D' ? [] : target)].join(':')];
  const port = environment['SSH_REMOTE_PORT'];
  if (port !== undefined) words.push('-p', port);
  words.push(`${of('SSH_REMOTE_USER', 'root')}@${host}`);
  const random = 'the image takes any port above 32768 without SSH_TUNNEL_PORT';
  const notes = environment['SSH_TUNNEL_PORT'] === undefined ? [random, ...NOTES] : NOTES;
  return { fields: words.map(asField), notes };
}

/** Compose fills in `${HOST}` from an environment that nobody knows here. */
function asField(text: string): Field {
  return { text, unknown: /\$(?:\w+|\{[^}]*\})/.exec(text)?.[0] ?? '' };
}
