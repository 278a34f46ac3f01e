import { describe, expect, it } from 'vitest';
import { parseMonitorPort } from './monitor-port.ts';
import { isSettingError } from './setting-error.ts';

describe('OPT-10, OPT-11: monitor ports', () => {
  it.each([
    ['20000', { kind: 'loop', port: 20000 }],
    ['65534', { kind: 'loop', port: 65534 }],
    ['0x4e20', { kind: 'loop', port: 20000 }],
    ['0', { kind: 'none' }],
    ['0:7', { kind: 'none' }],
    ['20000:7', { kind: 'echo', port: 20000, echoPort: 7 }],
    ['auto', { kind: 'auto' }],
  ])('%j is understood', (text, choice) => {
    expect(parseMonitorPort(text, '-M')).toEqual(choice);
  });

  it.each([
    '',
    'abc',
    '-1',
    '65535',
    '65536',
    '99999',
    '4294987296',
    '20000x',
    ':7',
    '20000:',
    '20000:0',
    '20000:x',
    '20000:7:8',
    '20000:65536',
    '65535:7',
    '20000:-7',
    'AUTO',
    'auto:7',
  ])('%j is refused, with the name of the setting', (text) => {
    try {
      parseMonitorPort(text, 'AUTOSSH_PORT');
      expect.unreachable();
    } catch (error) {
      if (!isSettingError(error)) throw error;
      expect(error.setting).toBe('AUTOSSH_PORT');
      expect(error.message).toContain('AUTOSSH_PORT');
    }
  });
});
