import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PACKAGE = fileURLToPath(new URL('../../packages/cli/', import.meta.url));

/** The package as a user has it: packed, and installed globally under a prefix that had nothing. */
export interface Installation {
  /** The folder with the programs `autossh` and `holdfast`. */
  readonly bin: string;
  remove(): void;
}

/** Packs what was built, and installs the tarball with npm; it depends on nothing, so no network is needed. */
export async function installPackage(folder = PACKAGE): Promise<Installation> {
  if (!existsSync(join(folder, 'dist/holdfast.js'))) {
    throw new Error('the programs are not built: pnpm build');
  }
  const prefix = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-installed-')));
  const remove = () => rmSync(prefix, { recursive: true, force: true });
  try {
    await run('npm', ['pack', '--pack-destination', prefix], { cwd: folder });
    const [tarball = ''] = readdirSync(prefix);
    // A global prefix is for all users of the machine.
    chmodSync(prefix, 0o755);
    const words = ['--global', '--prefix', prefix, '--offline', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...words, join(prefix, tarball)], { cwd: prefix });
    // As Node's own installers have it; and a program finds this Node whatever PATH a test gives it.
    symlinkSync(process.execPath, join(prefix, 'bin/node'));
    return { bin: join(prefix, 'bin'), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * Before all tests: installs the package, unless `HOLDFAST_BIN` names a folder with both programs already. Each project asks for it, and
 * the first installs it for all.
 */
export default async function setUp(): Promise<(() => void) | undefined> {
  if (process.env['HOLDFAST_BIN'] !== undefined) return undefined;
  const { bin, remove } = await installPackage();
  process.env['HOLDFAST_BIN'] = bin;
  return remove;
}
