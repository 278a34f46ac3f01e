import { join } from 'node:path';

/** The two programs that are tested: those of an installed package, run as a shell would run them. */
export const AUTOSSH = join(bin(), 'autossh');
export const HOLDFAST = join(bin(), 'holdfast');

/** The pages of the inspector, as the package ships them. */
export const PAGE_FOLDER = join(bin(), '../lib/node_modules/holdfast/dist/page');

function bin(): string {
  const folder = process.env['HOLDFAST_BIN'];
  if (folder === undefined) throw new Error('HOLDFAST_BIN names no folder with the programs');
  return folder;
}
