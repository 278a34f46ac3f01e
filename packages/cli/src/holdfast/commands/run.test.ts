import { describe, expect, it } from 'vitest';
import { parseWords } from '../command-line/parse-words.ts';
import { readTunnel, run } from './run.ts';

function tunnelOf(...words: readonly string[]) {
  return readTunnel(parseWords(run, words));
}

describe('the tunnel that the words of "holdfast run" mean', () => {
  it("is made of ssh's own arguments, and the defaults of the tunnels file", () => {
    const tunnel = tunnelOf('-p', '2222', '-NL', '5432:db:5432', 'me@bastion', '-D1080');
    expect(tunnel).toMatchObject({
      name: 'me@bastion',
      host: 'me@bastion',
      options: ['-p', '2222'],
      heartbeat: 'mux',
      pollMs: 5000,
      enabled: true,
    });
    expect(tunnel.forwards.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'local 5432:db:5432',
      'socks 1080',
    ]);
  });

  it('takes a name, a heartbeat and a poll time from the options in front', () => {
    const words = ['--name', 'db', '--heartbeat', 'none', '--poll', '30s', 'gw'];
    expect(tunnelOf(...words)).toMatchObject({ name: 'db', heartbeat: 'none', pollMs: 30_000 });
  });

  it.each([
    [['-p', '22'], 'missing host'],
    [['gw', 'uptime'], 'a tunnel runs no command at the far end: "uptime"'],
    [['-L', '1080', 'gw'], '-L "1080" names no target; did you mean -D 1080?'],
    [['--poll', '5', 'gw'], '--poll 5 is not a valid time'],
    [['-V', 'gw'], '-V'],
    [['-fN', 'gw'], 'with -f ssh goes to the background'],
    [['gw', '-oForkAfterAuthentication=yes'], 'with ForkAfterAuthentication=yes ssh goes to'],
  ])('%j is refused', (words, sentence) => {
    expect(() => tunnelOf(...words)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(sentence) }),
    );
  });
});
