/** What newcomers write as a key, and where ssh has it. Keys are plain: lower case, without `_` and `-`. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ...together(['port', 'sshport'], 'options = ["-p", "2222"], or Port in ssh_config'),
  ...together(['user', 'username', 'login'], 'host = "user@host", or User in ssh_config'),
  ...together(
    ['identity', 'identityfile', 'key', 'keyfile', 'privatekey', 'sshkey'],
    'options = ["-i", "~/.ssh/key"], or IdentityFile in ssh_config',
  ),
  ...together(
    ['jump', 'jumphost', 'proxyjump', 'proxy', 'bastion'],
    'options = ["-J", "bastion"], or ProxyJump in ssh_config',
  ),
  ...together(
    ['keepalive', 'serveraliveinterval', 'aliveinterval'],
    'poll = "30s" for the heartbeat, or options = ["-o", "ServerAliveInterval=15"]',
  ),
  ...together(
    ['config', 'configfile', 'sshconfig'],
    'options = ["-F", "~/.ssh/other_config"], or leave it out for ~/.ssh/config',
  ),
]);

function together(words: readonly string[], place: string): readonly [string, string][] {
  return words.map((word) => [word, place]);
}

/** What to write for a key that belongs to ssh: a key of ours, or a line of ssh_config; `undefined` for any other word. */
export function placeInSsh(key: string): string | undefined {
  return PLACES.get(key.toLowerCase().replaceAll(/[-_]/g, ''));
}
