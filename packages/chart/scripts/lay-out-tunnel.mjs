// Lays out the chart of the tunnel machine with elkjs, and keeps the result as source.
import { writeFile } from 'node:fs/promises';
import { placeWithElk } from './elk-layout.mjs';
import { loadSource } from './load-source.mjs';
import { tunnelLayoutText } from './tunnel-layout-text.mjs';

const { tunnelLayouts } = await loadSource('src/testing/tunnel-layouts.ts');
const layouts = await tunnelLayouts(placeWithElk);
await writeFile(new URL('../src/tunnel-layout.ts', import.meta.url), tunnelLayoutText(layouts));
