import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

type ModuleFunction = (exports: object, require: NodeJS.Require, module: object) => void;

/** Compiled code of another version of V8 is refused by V8, and compiled anew. */
function readCompiled(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Loads a program that was compiled ahead: half of its start-up time would be spent on compiling.
 *
 * @param name - of the bundle, without its ending.
 * @param folder - where it is. Default: beside this file; programs loaded this way know none.
 */
export function loadCompiledProgram<TProgram>(name: string, folder = __dirname): TProgram {
  const filename = join(folder, `${name}.cjs`);
  const cachedData = readCompiled(join(folder, `${name}.cache`));
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const loaded = { exports: {} };
  (script.runInThisContext() as ModuleFunction)(loaded.exports, require, loaded);
  return loaded.exports as TProgram;
}
