// The package of the programs for npm: no dependencies, no scripts, and nothing that its users do not need.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeManual } from './manual.mjs';
import { PROGRAM, PROGRAMS, PROJECT, ROOT, run } from './project.mjs';

/** What the package of the workspace says to the workspace alone. */
const OF_THE_WORKSPACE = new Set(['devDependencies', 'files', 'sideEffects']);

/** What npm shows and does; `npm publish --provenance` compares `repository` with where it runs. */
function packedManifest(pages) {
  const told = Object.entries(PROGRAM).filter(([key]) => !OF_THE_WORKSPACE.has(key));
  const { homepage, repository, bugs } = PROJECT;
  const man = pages.map((page) => `./man/${page}`);
  return { ...Object.fromEntries(told), homepage, repository, bugs, man };
}

/** Packs it, and returns the path of the tarball. */
export async function packNpm(out) {
  const stage = mkdtempSync(join(tmpdir(), 'holdfast-npm-'));
  try {
    cpSync(PROGRAMS, join(stage, 'dist'), { recursive: true });
    for (const name of ['README.md', 'LICENSE']) cpSync(join(ROOT, name), join(stage, name));
    const pages = await writeManual(join(stage, 'man'));
    const manifest = JSON.stringify(packedManifest(pages), null, 2);
    writeFileSync(join(stage, 'package.json'), `${manifest}\n`);
    return join(out, run('npm', ['pack', '--silent', '--pack-destination', out], { cwd: stage }));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
