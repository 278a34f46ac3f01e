// Writes docs/reference, which git ignores, from the comments of the sources; nothing has to be built.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { REFERENCE, renderReference } from './reference.mjs';

const { pages, problems } = await renderReference();
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

await rm(REFERENCE, { recursive: true, force: true });
for (const [name, text] of pages) {
  const file = join(REFERENCE, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
