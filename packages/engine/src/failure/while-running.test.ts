import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canBeTargetFailure, readTargetFailure } from './while-running.ts';

/** All there is in a UTF-16 text. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }))
  .map((units) => String.fromCharCode(...units));

const far = { side: 'far', kind: 'failed' };
const here = { side: 'here', kind: 'failed' };

// As OpenSSH 9.2 wrote them, at LogLevel INFO.
describe('a connection that led nowhere', () => {
  test.each([
    [
      'channel 11: open failed: connect failed: Name or service not known',
      { ...far, reason: 'name not known' },
    ],
    [
      'channel 3: open failed: connect failed: Temporary failure in name resolution',
      { ...far, reason: 'names cannot be looked up there now' },
    ],
    [
      'channel 2: open failed: connect failed: Connection refused',
      { ...far, reason: 'connection refused' },
    ],
    [
      'channel 2: open failed: connect failed: Connection timed out',
      { ...far, reason: 'no answer in time' },
    ],
    ['channel 2: open failed: connect failed: No route to host', { ...far, reason: 'no route' }],
    ['channel 2: open failed: connect failed: open failed', far],
    ['channel 2: open failed: connect failed', far],
    ['channel 2: open failed: unknown reason', far],
    [
      'channel 2: open failed: administratively prohibited: open failed',
      { side: 'far', kind: 'forbidden' },
    ],
    ['channel 2: open failed: unknown channel type: ', { side: 'far', kind: 'forbidden' }],
    ['channel 2: open failed: resource shortage: no room', { side: 'far', kind: 'no-room' }],
    ['connect_to 127.0.0.1 port 1: failed.', { ...here, target: '127.0.0.1:1' }],
    [
      'connect_to no.such.invalid: unknown host (Name or service not known)',
      { ...here, target: 'no.such.invalid', reason: 'name not known' },
    ],
    [
      'connect to /no/such.sock port -2 failed: No such file or directory',
      { ...here, target: '/no/such.sock', reason: 'no such file' },
    ],
    [
      'Received request to connect to host 10.0.0.1 port 80, but the request was denied.',
      { side: 'here', kind: 'forbidden', target: '10.0.0.1:80' },
    ],
  ])('is read: %s', (line, expected) => {
    expect(canBeTargetFailure(line)).toBe(true);
    expect(readTargetFailure(`${line}\r`)).toEqual({ ...expected, line });
  });

  test.each([
    'channel 2: free: direct-tcpip',
    'debug1: channel 2: open failed: connect failed: x',
    'mux_client: channel 2: open failed: connect failed: x',
    'connect_to',
    'ssh: connect to host gw port 22: Connection refused',
  ])('is not read from: %s', (line) => {
    expect(readTargetFailure(`${line}\r`)).toBeUndefined();
  });

  test("is not believed of a line that is not ssh's own", () => {
    expect(readTargetFailure('channel 1: open failed: connect failed: x')).toBeUndefined();
  });

  test('passes nothing on that a terminal would obey, whatever the server says', () => {
    fc.assert(
      fc.property(anyText, (said) => {
        const raw = `channel 1: open failed: connect failed: ${said.replaceAll('\n', '')}\r`;
        const failure = readTargetFailure(raw);
        expect(failure?.line ?? '').not.toMatch(/\p{C}/u);
        expect(failure?.line.length ?? 0).toBeLessThanOrEqual(1000);
      }),
    );
  });
});
