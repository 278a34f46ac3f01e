// A rule set of your own: an ssh that exits with 0 has done its errand, and is not started again.
//
//     node 005-own-rules.mjs bastion
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleet } from '@holdfast/engine';
import { judgeExit, RULE_SETS } from '@holdfast/machines';

const { holdfast } = RULE_SETS;

/** @type {import('@holdfast/machines').RuleSet} */
const errand = {
  ...holdfast,
  name: 'errand',
  exits: { ...holdfast.exits, zero: { ...holdfast.exits.zero, noGate: 'stop', later: 'stop' } },
};

// Rules are plain data under pure functions: to know what they say, ask them.
for (const status of [0, 1, 255]) {
  const verdicts = [holdfast, errand].map((rules) =>
    judgeExit(rules, { status, signal: null }, 'noGate'),
  );
  console.log(`status ${status}: holdfast says ${verdicts[0]}, errand says ${verdicts[1]}`);
}

const [host = 'bastion', ...options] = process.argv.slice(2);
const fleet = createFleet({
  tunnels: [{ name: 'backup', host, options }],
  runtimeDir: join(tmpdir(), `holdfast-example-${process.pid}`),
  ruleSet: errand,
});
fleet.event$.subscribe(({ fact }) => {
  if (fact.type !== 'tunnel.ended') return;
  console.log(`the end: ${fact.end.sentence}`);
  void fleet.close();
});
fleet.start(['backup']);

process.once('SIGINT', () => void fleet.close());
