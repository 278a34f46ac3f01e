// Writes the pictures of docs/chart, and the diagram of machines/README.md between its two markers.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { loadSource } from './load-source.mjs';

const ROOT = new URL('../../../', import.meta.url);
const README = new URL('machines/README.md', ROOT);
const PICTURES = new URL('docs/chart/', ROOT);
const BETWEEN = /(<!-- diagram -->\n).*(<!-- \/diagram -->)/s;

const { diagram, pictures } = await loadSource('src/testing/pictures.ts');

await mkdir(PICTURES, { recursive: true });
for (const [name, svg] of pictures()) await writeFile(new URL(name, PICTURES), svg);

const text = await readFile(README, 'utf8');
if (!BETWEEN.test(text)) throw new Error('machines/README.md has no place for the diagram');
const fenced = `\n\`\`\`mermaid\n${diagram()}\n\`\`\`\n\n`;
await writeFile(
  README,
  text.replace(BETWEEN, (_, begin, end) => begin + fenced + end),
);
