import type { FailureReport } from '@holdfast/machines';
import { expect, test } from 'vitest';
import { forwardOf } from '../../../testing/tunnel-specs.ts';
import { ForwardRecord } from './forward-record.ts';

const OWN = forwardOf('remote', '9000:own:1');
const [ONE, TWO, THREE] = ['8081:a:1', '8082:b:2', '8083:c:3'].map((text) =>
  forwardOf('remote', text),
) as [typeof OWN, typeof OWN, typeof OWN];

/** A record of an ssh whose ssh_config asks for these, and whose server refused these ports. */
function recordOf(config: readonly (typeof OWN)[], ports: readonly number[]) {
  const record = new ForwardRecord({
    forwards: () => [OWN],
    askSshConfig: () => Promise.resolve({ forwards: [], noWitness: undefined }),
    options: () => [],
    env: {},
    controlPath: () => undefined,
    pid: () => undefined,
    tell: () => undefined,
    giveUp: () => undefined,
  });
  record.addConfig(config);
  for (const port of ports) record.addRefusal(refusalOf(port));
  return record;
}

const refusalOf = (port: number): FailureReport => ({
  class: 'remote-port-held',
  sentence: `the server did not give port ${port}: it is held, or not allowed`,
  line: `remote port forwarding failed for listen port ${port}`,
});

const given = (port: number) => `the server did not give port ${port}: it is held, or not allowed`;
const oneOf = (...names: readonly string[]) =>
  `the server refused at least one of ${names.join(' and ')}, and ssh does not tell which`;

/** A port that ssh made up: it has forgotten the right one. */
const WILD = 21_845;

test.each<[string, (typeof OWN)[], number[], (string | undefined)[]]>([
  ['a port that is named', [ONE, TWO], [8082], [undefined, given(8082)]],
  ['the port of nobody, and only one', [ONE], [WILD], [given(8081)]],
  ['two, and one of them', [ONE, TWO], [WILD], Array(2).fill(oneOf('-R 8081:a:1', '-R 8082:b:2'))],
  ['two, and both', [ONE, TWO], [WILD, 0], [given(8081), given(8082)]],
  [
    'three, one by name and one of the others',
    [ONE, TWO, THREE],
    [8082, WILD],
    [oneOf('-R 8081:a:1', '-R 8083:c:3'), given(8082), oneOf('-R 8081:a:1', '-R 8083:c:3')],
  ],
  ['none', [ONE, TWO], [], [undefined, undefined]],
  ['one of the tunnel itself', [ONE, TWO], [9000], [undefined, undefined]],
])('of remote forwards of ssh_config the server refused %s', (_, config, ports, sentences) => {
  const record = recordOf(config, ports);
  expect(config.map((forward) => record.refusalOf(forward)?.sentence)).toEqual(sentences);
});

test('a refusal with the port of nobody has nothing to do with the forwards of the tunnel', () => {
  expect(recordOf([ONE, TWO], [WILD]).refusalOf(OWN)).toBeUndefined();
});
