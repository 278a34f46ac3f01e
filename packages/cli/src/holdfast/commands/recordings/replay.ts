import { systemErrorText } from '@holdfast/engine/parts';
import {
  linesOfStream,
  playLines,
  isRecordingError,
  type RecordingError,
  type PlayedStep,
  type Step,
} from '@holdfast/recording';
import { printableLine } from '@holdfast/text';
import { createReadStream } from 'node:fs';
import { HOLDFAST_EXIT } from '../../../exit-codes.ts';
import { VERSION } from '../../../version.ts';
import { CommandError } from '../../command-line/command-error.ts';
import { defineCommand, HELP_OPTION, JSON_OPTION, USAGE } from '../../command-line/command.ts';
import type { ContextOf } from '../../context.ts';
import { showRecording } from '../../inspector/show-recording.ts';
import { sayJson } from '../../terminal/say.ts';
import { createStepPrinter, type StepPrinter } from './step-printer.ts';

export const replay = defineCommand({
  name: 'replay',
  summary: 'play a recording through the state chart',
  about: [
    'Gives the inputs of a recording to the machine that runs every tunnel, under a clock that moves only with the recording, and prints what the machine does: when, the input, the state it came to, and the transitions that it took. Each state must be the recorded one.',
    'Probes that were answered in time share one line.',
  ],
  operands: [{ label: 'FILE', kind: 'file' }],
  options: {
    steps: { summary: 'every step in a line of its own' },
    open: { summary: 'show it in a browser, on a page that is served until Ctrl-C' },
    quiet: { short: 'q', summary: 'only how it ended' },
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast replay db.ndjson', does: 'what happened, step by step' },
    { line: 'holdfast replay --quiet db.ndjson', does: 'does this version still do the same?' },
    { line: 'holdfast replay --open db.ndjson', does: 'go through it on the state chart' },
    { line: 'holdfast replay --json db.ndjson', does: 'for programs' },
  ],
  exits: [
    { status: HOLDFAST_EXIT.ok, when: 'every state is the recorded one' },
    {
      status: HOLDFAST_EXIT.error,
      when: 'the file is not a recording or is damaged, or a state differs from the recorded one',
    },
    USAGE,
  ],
  json: '`{ "name", ...Step }` a line, then `{ "summary": { "tunnels", "steps", "difference" } }`',
});

type ReplayContext = ContextOf<typeof replay>;

export async function runReplay(context: ReplayContext): Promise<number> {
  const { operands, values, terminal } = context;
  const played = { tunnels: new Set<string>(), steps: 0, programs: new Set<string>() };
  const printer = createStepPrinter(terminal, lookOf(values));
  const shown = new Map<string, Step[]>();
  const chunks = linesOfStream(openInput(operands[0]!));
  const onCut = (line: number) =>
    terminal.err(
      `holdfast: ${nameOf(operands[0]!)}: line ${line}, the last one, is cut short and was left out\n`,
    );
  const onHead = ({ program }: { readonly program: string }) => void played.programs.add(program);
  try {
    for await (const step of playLines(chunks, { onHead, onCut })) {
      played.tunnels.add(step.name);
      played.steps += 1;
      printer.print(step);
      if (values.open === true) keepStep(shown, step);
    }
    printer.end();
  } catch (error) {
    throw failureOf(error, played.programs, context, printer);
  }
  if (played.tunnels.size === 0) throw new CommandError('failed', nothingIn(operands[0]!));
  if (values.open === true) return await showRecording(shown, context);
  const summary = { tunnels: [...played.tunnels], steps: played.steps, difference: null };
  if (values.json === true) sayJson(terminal, { summary });
  else terminal.out(`${sentenceOf(summary)}\n`);
  return HOLDFAST_EXIT.ok;
}

function keepStep(steps: Map<string, Step[]>, { name, step }: PlayedStep): void {
  const known = steps.get(name);
  if (known === undefined) steps.set(name, [step]);
  else known.push(step);
}

function lookOf({ steps, quiet, json, open }: ReplayContext['values']) {
  if (open === true) return 'quiet';
  if (json === true) return 'json';
  if (quiet === true) return 'quiet';
  return steps === true ? 'steps' : 'merged';
}

function openInput(file: string): AsyncIterable<Buffer> {
  return file === '-' ? process.stdin : createReadStream(file);
}

function sentenceOf({ tunnels, steps }: { tunnels: readonly string[]; steps: number }): string {
  const of =
    tunnels.length === 1 ? `of ${printableLine(tunnels[0]!)}` : `of ${tunnels.length} tunnels`;
  return `${steps} steps ${of}: every state is the recorded one.`;
}

function nothingIn(file: string): string {
  return `${nameOf(file)}: it has nothing about any tunnel; record for longer, or another tunnel`;
}

function nameOf(file: string): string {
  return file === '-' ? 'stdin' : printableLine(file);
}

/** What a user is told; anything but an error of the recording or of the system is a bug. */
function failureOf(
  error: unknown,
  programs: ReadonlySet<string>,
  { values, terminal, operands }: ReplayContext,
  printer: StepPrinter,
): unknown {
  const file = nameOf(operands[0]!);
  if (!isRecordingError(error)) {
    if ((error as NodeJS.ErrnoException).code === undefined) return error;
    return new CommandError('failed', `${file} cannot be read: ${systemErrorText(error)}`);
  }
  printer.end();
  const { difference } = error;
  if (difference !== null && values.json === true) sayJson(terminal, { difference });
  return new CommandError('failed', `${file}: ${error.message}${hintFor(error, programs)}`);
}

function hintFor({ code }: RecordingError, programs: ReadonlySet<string>): string {
  const others = [...programs].filter((program) => program !== VERSION);
  if ((code !== 'difference' && code !== 'unplayable') || others.length === 0) return '';
  return `; it was written by holdfast ${others.join(', ')}, and this is ${VERSION}: its rules may differ`;
}
