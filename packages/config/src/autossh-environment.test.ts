import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAutosshEnvironment } from './autossh-environment.ts';
import { isSettingError } from './setting-error.ts';

const read = (env: Record<string, string>) => readAutosshEnvironment(env);
const set = (name: string, value: string, rules = '1.4') =>
  read({ AUTOSSH_RULES: rules, [`AUTOSSH_${name}`]: value });

describe('the environment of autossh', () => {
  it('is autossh with its defaults when nothing is said', () => {
    expect(read({})).toEqual({
      rules: 'classic',
      debug: false,
      sshPath: undefined,
      logLevel: 6,
      logFile: undefined,
      logFormat: 'text',
      pollSeconds: 600,
      firstPollSeconds: 600,
      gateSeconds: 30,
      maxStarts: -1,
      lifetimeSeconds: 0,
      message: '',
      monitor: undefined,
      pidFile: undefined,
      agent: undefined,
    });
  });

  it.each([
    ['ENV-5', 'POLL', '5', { pollSeconds: 5, firstPollSeconds: 5 }],
    ['ENV-5', 'POLL', '-5', { pollSeconds: 600 }],
    ['ENV-6', 'FIRST_POLL', '7', { pollSeconds: 600, firstPollSeconds: 7 }],
    ['ENV-6', 'FIRST_POLL', '-7', { firstPollSeconds: 600 }],
    ['ENV-7', 'GATETIME', '0', { gateSeconds: 0 }],
    ['ENV-8', 'MAXSTART', '-1', { maxStarts: -1 }],
    ['ENV-8', 'MAXSTART', '0', { maxStarts: 0 }],
    ['ENV-4', 'LOGLEVEL', '0', { logLevel: 0 }],
    ['ENV-3', 'DEBUG', '', { debug: true, logLevel: 7 }],
    ['ENV-9', 'MESSAGE', 'm'.repeat(64), { message: 'm'.repeat(64) }],
    ['ENV-9', 'MESSAGE', '', { message: '' }],
    ['ENV-10', 'PORT', '', { monitor: undefined }],
    ['ENV-10', 'PORT', '20000:7', { monitor: { kind: 'echo', port: 20000, echoPort: 7 } }],
    ['ENV-11', 'MAXLIFETIME', '50', { lifetimeSeconds: 50 }],
    ['ENV-12', 'PIDFILE', '', { pidFile: undefined }],
    ['ENV-13', 'LOGFILE', '', { logFile: '' }],
    ['BUG-18', 'PATH', '', { sshPath: undefined }],
    ['addition', 'LOGFORMAT', 'json', { logFormat: 'json' }],
    ['addition', 'AGENT', 'no', { agent: false }],
  ])('%s: AUTOSSH_%s=%j', (_rule, name, value, expected) => {
    expect(set(name, value)).toMatchObject(expected);
  });

  it.each([
    ['POLL', '0'],
    ['POLL', ''],
    ['POLL', '5x'],
    ['POLL', '4294967297'],
    ['FIRST_POLL', '0'],
    ['FIRST_POLL', '1s'],
    ['GATETIME', '-1'],
    ['GATETIME', ''],
    ['GATETIME', '3s'],
    ['MAXSTART', '-2'],
    ['MAXSTART', 'x'],
    ['MAXSTART', ''],
    ['LOGLEVEL', '8'],
    ['LOGLEVEL', '-1'],
    ['LOGLEVEL', 'debug'],
    ['LOGLEVEL', ''],
    ['MAXLIFETIME', '-1'],
    ['MAXLIFETIME', ''],
    ['MAXLIFETIME', '10m'],
    ['MESSAGE', 'm'.repeat(65)],
    ['MESSAGE', 'é'.repeat(33)],
    ['PORT', '65535'],
    ['PORT', 'x'],
    ['RULES', '1.5'],
    ['LOGFORMAT', 'xml'],
    ['AGENT', 'perhaps'],
    ['AGENT', 'constructor'],
  ])('AUTOSSH_%s=%j is refused, by name', (name, value) => {
    expect(() => set(name, value, name === 'RULES' ? value : '1.4')).toThrow(`AUTOSSH_${name}`);
  });

  it('ENV-3: a level that makes no sense does no harm with AUTOSSH_DEBUG', () => {
    expect(read({ AUTOSSH_DEBUG: '1', AUTOSSH_LOGLEVEL: 'x' }).logLevel).toBe(7);
  });

  it('ENV-8: any negative number of starts means no limit under 1.3', () => {
    expect(set('MAXSTART', '-7', '1.3').maxStarts).toBe(-1);
  });

  it.each(['FIRST_POLL', 'MAXLIFETIME', 'MESSAGE', 'PIDFILE'])(
    'AUTOSSH_%s came with 1.4: 1.3 does not look at it',
    (name) => {
      expect(set(name, 'x'.repeat(65), '1.3')).toEqual(read({ AUTOSSH_RULES: '1.3' }));
    },
  );

  it('either reads any environment or names what is wrong with it', () => {
    const names = ['POLL', 'GATETIME', 'MAXSTART', 'PORT', 'MESSAGE', 'RULES', 'LOGLEVEL'];
    const env = fc.dictionary(
      fc.constantFrom(...names.map((name) => `AUTOSSH_${name}`)),
      fc.oneof(fc.string(), fc.integer().map(String)),
    );
    fc.assert(
      fc.property(env, (variables) => {
        try {
          expect(read(variables).pollSeconds).toBeGreaterThan(0);
        } catch (error) {
          if (!isSettingError(error)) throw error;
          expect(Object.keys(variables)).toContain(error.setting);
          expect(error.message).toContain(error.setting);
        }
      }),
    );
  });
});
