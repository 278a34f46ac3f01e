import { describe, expect, it } from 'vitest';
import { loadTunnels } from './load-tunnels.ts';
import { writeSettings } from './write-settings.ts';

function settingsOf(text: string) {
  const { settings, errors } = loadTunnels({ text, file: 'tunnels.toml' });
  expect(errors).toBeUndefined();
  return settings!;
}

const WHOLE = `[listen]
http = "127.0.0.1:9180"
remote = false

`;

describe('the settings of a file', () => {
  it('are written as they are read', () => {
    const settings = settingsOf(WHOLE);
    expect(settings).toEqual({
      listen: { http: { host: '127.0.0.1', port: 9180 }, remote: false },
    });
    expect(writeSettings(settings)).toBe(WHOLE);
  });

  it('are nothing where the file has none', () => {
    expect(writeSettings(settingsOf('[tunnels.db]\nhost = "a"\n'))).toBe('');
  });

  it('have their defaults where a table is empty', () => {
    expect(settingsOf('[listen]\n')).toEqual({
      listen: { remote: false },
    });
  });
});

describe('an address to listen on', () => {
  it.each([
    ['127.0.0.1:9180', { host: '127.0.0.1', port: 9180 }],
    ['localhost:1', { host: '127.0.0.1', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    ['127.9.9.9:80', { host: '127.9.9.9', port: 80 }],
  ])('is of this machine alone: %s', (http, address) => {
    expect(settingsOf(`listen = { http = "${http}" }`).listen?.http).toEqual(address);
  });

  it.each(['0.0.0.0:9180', '[::]:9180', '192.168.0.7:9180', '[::ffff:127.0.0.1]:9180'])(
    'is one that other machines reach only if the file says so: %s',
    (http) => {
      const { errors } = loadTunnels({ text: `listen = { http = "${http}" }`, file: 'f' });
      expect(errors).toMatchObject([
        {
          code: 'invalid-value',
          key: 'listen.http',
          wrong: `other machines reach ${http}`,
          allowed:
            'http takes an address of this machine alone, unless [listen] says remote = true',
        },
      ]);
      const { listen } = settingsOf(`listen = { http = "${http}", remote = true }`);
      expect(listen?.http?.port).toBe(9180);
    },
  );
});
