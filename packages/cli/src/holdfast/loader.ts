import '../node-version.ts';
import { loadCompiledProgram } from '../compiled-program.ts';
import { groupOf } from './groups.ts';

type Program = { main(words: readonly string[], script: string): void };

const words = process.argv.slice(2);
loadCompiledProgram<Program>(`holdfast-${groupOf(words[0])}`).main(words, __filename);
