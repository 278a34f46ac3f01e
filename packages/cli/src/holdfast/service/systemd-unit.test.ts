import { expect, test } from 'vitest';
import { runsConfig, systemdUnit } from './systemd-unit.ts';
import { systemUnit, USER_UNIT } from './unit-file.ts';

const FACTS = {
  node: '/usr/bin/node',
  script: '/usr/lib/node_modules/holdfast/dist/holdfast.js',
  config: '/home/me/.config/holdfast/tunnels.toml',
  environment: { PATH: '/usr/bin:/bin', XDG_STATE_HOME: undefined },
};

test('a unit of the user runs what it was installed with, and starts with the user', () => {
  const unit = systemdUnit(FACTS);
  expect(unit).toContain(
    'ExecStart="/usr/bin/node" "/usr/lib/node_modules/holdfast/dist/holdfast.js" supervise --up --config "/home/me/.config/holdfast/tunnels.toml"\n',
  );
  expect(unit).toContain('Environment="PATH=/usr/bin:/bin"\nEnvironment="MALLOC_ARENA_MAX=1"\n');
  expect(unit).toContain('WantedBy=default.target\n');
  expect(unit).not.toContain('User=');
  expect(USER_UNIT).toBe('holdfast.service');
});

test('a unit of the system runs as its user, once there is a network', () => {
  const unit = systemdUnit({ ...FACTS, user: 'tunnel' });
  expect(unit).toContain('User=tunnel\n');
  expect(unit).toContain('After=network-online.target\n');
  expect(unit).toContain('WantedBy=multi-user.target\n');
  expect(systemUnit('tunnel')).toBe('holdfast-tunnel.service');
});

test.each([
  ['a blank', '/home/a b/t.toml', '"/home/a b/t.toml"'],
  ['a quote', '/home/"x"/t.toml', String.raw`"/home/\"x\"/t.toml"`],
  ['a backslash', String.raw`/home/\n`, String.raw`"/home/\\n"`],
  ['a specifier', '/home/%h/t.toml', '"/home/%%h/t.toml"'],
  ['a variable', '/home/$HOME/t.toml', '"/home/$$HOME/t.toml"'],
  [
    'an end of the line',
    '/home/a\nExecStart=/bin/false',
    String.raw`"/home/a\nExecStart=/bin/false"`,
  ],
])('systemd gets a path with %s as it is', (_, config, word) => {
  const [line] = systemdUnit({ ...FACTS, config }).match(/^ExecStart=.*$/m) ?? [];
  expect(line?.endsWith(` --config ${word}`)).toBe(true);
  const unit = systemdUnit({ ...FACTS, config });
  expect([runsConfig(unit, config), runsConfig(unit, `${config}x`)]).toEqual([true, false]);
});
