import { writeSync } from 'node:fs';
import { firstValueFrom } from 'rxjs';
import { askCommand$ } from '../checks/ask-command.ts';
import { runProgram } from '../program/run-program.ts';
import { useUpDescriptors } from './use-up-descriptors.ts';

/** A program of its own that asks others when the system gives it no more descriptors, and tells what became of it, as JSON. */
useUpDescriptors();
const ran = await runProgram('true', [], process.env);
const checked = await firstValueFrom(askCommand$({ kind: 'command', command: ['true'] }));
writeSync(1, JSON.stringify({ ran, checked }));
