// The pages of the manual, from the tables that help and documents are made from.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './project.mjs';

/** When this was made; the same sources give the same package where SOURCE_DATE_EPOCH says when they were written. */
const { SOURCE_DATE_EPOCH } = process.env;
const DATE = SOURCE_DATE_EPOCH === undefined ? new Date() : new Date(Number(SOURCE_DATE_EPOCH) * 1000); // prettier-ignore

/** Writes each page, and returns their names, such as `holdfast.1`. */
export async function writeManual(folder) {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['packages/cli/src/manual/pages.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { renderManualPages } = await import(`data:text/javascript;base64,${code}`);
  const pages = renderManualPages(DATE.toISOString().slice(0, 10));
  mkdirSync(folder, { recursive: true });
  for (const [name, page] of Object.entries(pages)) writeFileSync(join(folder, name), page);
  return Object.keys(pages);
}
