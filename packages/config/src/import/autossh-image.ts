import { plainFields, readAutossh } from './autossh-command.ts';
import type { Environment } from './autossh-settings.ts';
import { NOTHING, withNotes, type Findings } from './found-tunnel.ts';

/** An image that is told by variables what to forward. @see https://github.com/jnovack/autossh */
const IMAGE = /(?:^|\/)autossh(?:[:@]|$)/;

const NOTES = [
  'the image takes its key from SSH_KEY_FILE, or from what is mounted: name it in options (-i), or let the agent have it',
  'without /known_hosts the image checks no host key: ssh does, so connect once by hand',
] as const;

/** Finds the tunnel that the variables of a container mean; nothing, if its image is another one. */
export function readImage(image: string, environment: Environment): Findings {
  const host = environment['SSH_REMOTE_HOST'];
  if (!IMAGE.test(image) || host === undefined) return NOTHING;
  const of = (name: string, otherwise: string) => environment[name] || otherwise;
  const mode = of('SSH_MODE', '-R');
  const listen = [of('SSH_BIND_IP', '127.0.0.1'), of('SSH_TUNNEL_PORT', '0')];
  const target = [of('SSH_TARGET_HOST', 'localhost'), of('SSH_TARGET_PORT', '22')];
  const forward = [...listen, ...(mode === '-D' ? [] : target)].join(':');
  const words = [
    ...['-M', '0', '-N', mode, forward],
    ...(environment['SSH_REMOTE_PORT'] === undefined ? [] : ['-p', environment['SSH_REMOTE_PORT']]),
    `${of('SSH_REMOTE_USER', 'root')}@${host}`,
  ];
  const random = 'the image takes any port above 32768 without SSH_TUNNEL_PORT';
  const notes = environment['SSH_TUNNEL_PORT'] === undefined ? [random, ...NOTES] : NOTES;
  return withNotes(readAutossh(plainFields(words).map(withVariable), {}), notes);
}

/** Compose fills in `${HOST}` from an environment that nobody knows here. */
function withVariable<T extends { readonly text: string }>(field: T): T {
  const [unknown] = /\$(?:\w+|\{[^}]*\})/.exec(field.text) ?? [];
  return unknown === undefined ? field : { ...field, unknown };
}
