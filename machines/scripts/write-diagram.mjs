// Writes the diagram of the built tunnel machine into the README, between its two markers.
import { readFile, writeFile } from 'node:fs/promises';
import { tunnelMachine } from '../dist/index.js';
import { diagram } from './diagram.mjs';

const README = new URL('../README.md', import.meta.url);
const BETWEEN = /(<!-- diagram -->\n).*(<!-- \/diagram -->)/s;

const text = await readFile(README, 'utf8');
if (!BETWEEN.test(text)) throw new Error('README.md has no place for the diagram');
const fenced = `\n\`\`\`mermaid\n${diagram(tunnelMachine)}\n\`\`\`\n\n`;
await writeFile(
  README,
  text.replace(BETWEEN, (_, begin, end) => begin + fenced + end),
);
