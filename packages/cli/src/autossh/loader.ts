import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { catchEarlySignals, type EarlySignals } from './early-signals.ts';

const early = catchEarlySignals();

/** The program proper, compiled ahead: half of its start-up time would be spent on compiling. */
const PROGRAM = join(__dirname, 'autossh-main.cjs');
const COMPILED = join(__dirname, 'autossh-main.cache');

type Program = { main(early: EarlySignals): void };
type ModuleFunction = (exports: object, require: NodeJS.Require, module: object) => void;

/** Compiled code of another version of V8 is refused by V8, and compiled anew. */
function readCompiled(): Buffer | undefined {
  try {
    return readFileSync(COMPILED);
  } catch {
    return undefined;
  }
}

function loadProgram(): Program {
  const cachedData = readCompiled();
  const script = new Script(readFileSync(PROGRAM, 'latin1'), {
    filename: PROGRAM,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const loaded = { exports: {} };
  (script.runInThisContext() as ModuleFunction)(loaded.exports, require, loaded);
  return loaded.exports as Program;
}

loadProgram().main(early);
