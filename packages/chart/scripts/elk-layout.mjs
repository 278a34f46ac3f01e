import ELK from 'elkjs/lib/elk.bundled.js';
import { containerGraph } from './elk-graph.mjs';
import { placedChart } from './elk-placed-chart.mjs';
import { portOrder, withSpreadPorts, withStraightLines } from './elk-ports.mjs';
import { elkTree } from './elk-tree.mjs';

/** How often the order of arrows is sought from the outside in, and all is placed by it from the inside out. */
const ROUNDS = 2;

/** How often a container is laid out anew because it turned out narrower than its words. */
const MAX_WIDENINGS = 8;

/**
 * Places a chart with elkjs, which takes its time and its space: for pictures that are made once.
 *
 * elkjs knows one direction for all that it lays out at once. So each container is laid out alone, in its own.
 *
 * @param {import('../src/lay-out/sized-chart.ts').SizedChart} sized
 * @returns {Promise<import('../src/lay-out/assemble-layout.ts').PlacedChart>}
 */
export async function placeWithElk(sized) {
  const tree = elkTree(sized);
  const progress = { elk: new ELK(), tree, placed: new Map(), orders: new Map() };
  const inner = containersIn('', tree);
  await placeAll(inner, { ...progress, isFinal: false });
  for (let round = 1; round <= ROUNDS; round += 1) {
    await orderAll(inner.toReversed(), { ...progress, isFinal: false });
    await placeAll(inner, { ...progress, isFinal: true });
  }
  return placedChart(sized, tree, progress.placed);
}

/** All containers, the innermost first. */
function containersIn(id, tree) {
  const members = tree.members(id);
  return members.length === 0 ? [] : [...members.flatMap((each) => containersIn(each, tree)), id];
}

async function placeAll(containers, progress) {
  for (const id of containers) await place(id, progress);
}

async function orderAll(containers, progress) {
  for (const id of containers) {
    await place(id, progress);
    const { children } = progress.placed.get(id);
    for (const child of children.filter(({ ports = [] }) => ports.length > 0))
      progress.orders.set(child.id, portOrder(child));
  }
}

async function place(id, progress) {
  const { elk, tree, placed, orders } = progress;
  const width = tree.states.get(id)?.width ?? 0;
  let extraWidth = 0;
  for (let widening = 0; widening <= MAX_WIDENINGS; widening += 1) {
    const children = [containerGraph(id, progress, extraWidth)];
    const canvas = { id: 'canvas', layoutOptions: { 'elk.algorithm': 'fixed' }, children };
    const [result] = (await elk.layout(canvas)).children;
    placed.set(id, withSpreadPorts(withStraightLines(result, tree), tree, orders.get(id)));
    if (result.width >= width) return;
    extraWidth += width - result.width;
  }
  throw new Error(`elkjs leaves too little room for the words of ${id}`);
}
