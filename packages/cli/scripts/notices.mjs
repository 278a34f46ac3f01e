// The notices of what is bundled: every library of which code is in the programs or pages, with its licence.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const LICENSE_FILE = /^licen[cs]e(?:\.(?:md|txt))?$/i;

const HEAD = `Holdfast contains code of these libraries, by their authors and under their licences.
Its own licence is in the file LICENSE.
`;

/** The folders of the libraries of which at least one byte is in a bundle. */
function bundledLibraries({ root, metafiles }) {
  const inputs = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return inputs.flatMap(([path]) => {
    const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(resolve(root, path)) ?? [];
    return folder ?? [];
  });
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => LICENSE_FILE.test(entry));
  if (file === undefined) throw new Error(`${name} is bundled, and ships no text of its licence`);
  const text = readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}

/**
 * Writes the notices.
 *
 * @param bundles - esbuild's accounts of what is in the bundles, each with the folder that its paths start from.
 */
export function writeNotices(path, bundles) {
  const notices = new Set(bundles.flatMap(bundledLibraries).sort().map(notice));
  writeFileSync(path, [HEAD, ...notices].join(`\n${'-'.repeat(80)}\n\n`));
}
