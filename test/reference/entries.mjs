import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** The libraries that others may import, in the order of the reference. */
const LIBRARIES = [
  'machines',
  'packages/engine',
  'packages/chart',
  'packages/recording',
  'packages/inspector',
  'packages/text',
  'packages/http',
];

/**
 * What can be imported, as the packages' own `exports` say: each name, and the source behind it.
 *
 * @type {readonly { readonly library: string, readonly name: string, readonly source: string }[]}
 */
export const ENTRIES = LIBRARIES.flatMap((folder) => {
  const { name, exports } = JSON.parse(
    readFileSync(new URL(`${folder}/package.json`, ROOT), 'utf8'),
  );
  return Object.entries(exports)
    .filter(([, target]) => target.source !== undefined)
    .map(([path, { source }]) => ({
      library: name,
      name: name + path.slice(1),
      source: `${folder}/${source.slice('./'.length)}`,
    }));
});
