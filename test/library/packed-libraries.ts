import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The libraries that others may import, and where they are. */
export const LIBRARIES = {
  '@holdfast/machines': 'machines',
  '@holdfast/text': 'packages/text',
  '@holdfast/http': 'packages/http',
  '@holdfast/engine': 'packages/engine',
  '@holdfast/chart': 'packages/chart',
  '@holdfast/recording': 'packages/recording',
  '@holdfast/inspector': 'packages/inspector',
} as const;

/** The name of a library. */
export type Library = keyof typeof LIBRARIES;

/** What stands in the package.json of a packed library, as far as it matters here. */
export interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** An empty folder with packed libraries in its node_modules, as a user has it; nothing of it is of this workspace. */
export interface Home {
  readonly path: string;
  readonly tarballs: ReadonlyMap<Library, string>;
  manifest(library: Library): Manifest;
  remove(): void;
}

/**
 * Packs libraries and installs the tarballs, without a network: what they depend on, and say so, is linked from this workspace.
 *
 * A dependency that is not declared is not there.
 */
export async function installPacked(libraries: readonly Library[]): Promise<Home> {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-library-')));
  const tarballs = new Map<Library, string>();
  const manifest = (library: Library) =>
    JSON.parse(
      readFileSync(join(path, 'node_modules', library, 'package.json'), 'utf8'),
    ) as Manifest;
  for (const library of libraries) {
    const tarball = await pack(library, path);
    tarballs.set(library, tarball);
    const folder = join(path, 'node_modules', library);
    mkdirSync(folder, { recursive: true });
    await execa('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
  }
  for (const library of libraries) {
    for (const name of Object.keys(manifest(library).dependencies ?? {})) {
      if (!(name in LIBRARIES)) linkDependency(name, LIBRARIES[library], path);
    }
  }
  const remove = () => rmSync(path, { recursive: true, force: true });
  return { path, tarballs, manifest, remove };
}

/** Links one more package that a user of these libraries has, such as types: as a package of this workspace finds it. */
export function linkDependency(name: string, from: string, home: string): void {
  const link = join(home, 'node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(findPackage(name, join(ROOT, from)), link);
}

async function pack(library: Library, destination: string): Promise<string> {
  const folder = join(destination, 'tarballs', library);
  mkdirSync(folder, { recursive: true });
  await execa('pnpm', ['pack', '--pack-destination', folder], {
    cwd: join(ROOT, LIBRARIES[library]),
  });
  const [name] = readdirSync(folder);
  return join(folder, name!);
}

function findPackage(name: string, from: string): string {
  const { paths } = createRequire(join(realpathSync(from), 'package.json')).resolve;
  const found = (paths(name) ?? []).flatMap((folder) => {
    try {
      return [realpathSync(join(folder, name))];
    } catch {
      return [];
    }
  });
  if (found[0] === undefined) throw new Error(`${name} is not there for ${from}`);
  return found[0];
}
