import { describe, expect, it } from 'vitest';
import { loadTunnels } from './load-tunnels.ts';
import { errorSentence } from './located-error.ts';

function sentenceFor(text: string): string {
  const { errors } = loadTunnels({ text, file: 'tunnels.toml' });
  expect(errors).toHaveLength(1);
  return errorSentence(errors![0]!);
}

describe('a key that belongs to ssh', () => {
  it.each([
    ['port', 'options = ["-p", "2222"], or Port in ssh_config'],
    ['user', 'host = "user@host", or User in ssh_config'],
    ['identity', 'options = ["-i", "~/.ssh/key"], or IdentityFile in ssh_config'],
    ['identity_file', 'options = ["-i", "~/.ssh/key"], or IdentityFile in ssh_config'],
    ['key', 'options = ["-i", "~/.ssh/key"], or IdentityFile in ssh_config'],
    ['jump', 'options = ["-J", "bastion"], or ProxyJump in ssh_config'],
    ['proxy-jump', 'options = ["-J", "bastion"], or ProxyJump in ssh_config'],
    ['ProxyJump', 'options = ["-J", "bastion"], or ProxyJump in ssh_config'],
    ['keepalive', 'poll = "30s" for the heartbeat, or options = ["-o", "ServerAliveInterval=15"]'],
    [
      'ServerAliveInterval',
      'poll = "30s" for the heartbeat, or options = ["-o", "ServerAliveInterval=15"]',
    ],
    ['config', 'options = ["-F", "~/.ssh/other_config"], or leave it out for ~/.ssh/config'],
  ])('%s is answered with what to write', (key, place) => {
    expect(sentenceFor(`[tunnels.t]\nhost = "h"\n${key} = "x"`)).toBe(
      `unknown key "${key}": write ${place}`,
    );
  });

  it('is a word like any other outside of tunnels', () => {
    expect(sentenceFor('port = 1')).toContain('known keys:');
    expect(sentenceFor('[tunnels.t]\nhost = "h"\nrules.port = 1')).toContain('known keys:');
  });

  it.each(['hots', 'constructor', '__proto__', 'ports_of_call'])('is not %s', (key) => {
    expect(sentenceFor(`[tunnels.t]\nhost = "h"\n${key} = 1`)).toContain('known keys:');
  });
});
