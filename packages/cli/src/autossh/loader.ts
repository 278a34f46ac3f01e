import '../node-version.ts';
import { loadCompiledProgram } from '../compiled-program.ts';
import { catchEarlySignals, type EarlySignals } from './early-signals.ts';

const early = catchEarlySignals();

type Program = { main(early: EarlySignals): void };

loadCompiledProgram<Program>('autossh-main').main(early);
