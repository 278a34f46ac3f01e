import { expect, test } from 'vitest';
import { ownsControlPath } from './own-options.ts';

test.each<readonly string[][]>([
  [['-S', '/x']],
  [['-S/x']],
  [['-S', 'none']],
  [['-M']],
  [['-MM']],
  [['-NM']],
  [['-4vS/x']],
  [['-vvMS', '/x']],
  [['-oControlPath=x']],
  [['-o', 'ControlPath x']],
  [['-o', 'ControlPath=none']],
  [['-o', 'controlmaster auto']],
  [['-o', 'CONTROLMASTER=no']],
  [['-o', '  ControlMaster  yes']],
  [['-o', '"ControlPath" x']],
  [['-4o', 'ControlPath=x']],
  [['-voControlPath=x']],
  [['-p', '2222', '-i', '/key', '-o', 'ControlPath=x']],
])('%j says where the control socket is', (options) => {
  expect(ownsControlPath(options)).toBe(true);
});

test.each<readonly string[][]>([
  [[]],
  [['-i', '/x/M']],
  [['-i/x/M']],
  [['-vi/x/MS']],
  [['-l', 'M']],
  [['-lM']],
  [['-F', 'S']],
  [['-FS']],
  [['-J', 'me@MS:22']],
  [['-bS']],
  [['-o', 'User=M']],
  [['-oUser=ControlPath=x']],
  [['-o', 'ControlPersist=no']],
  [['-o', 'ControlPathology=x']],
  [['-o', 'ProxyCommand=ssh -S /x jump']],
  [['-l', 'ControlPath=x']],
  [['-o', '-o']],
  [['-o']],
])('%j does not', (options) => {
  expect(ownsControlPath(options)).toBe(false);
});
