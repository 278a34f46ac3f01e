import type { TunnelSpec } from '@holdfast/engine';
import type { Finding } from './finding.ts';

/** The options that are Holdfast's own business with the heartbeat `mux`. */
const MULTIPLEXING = /^-o\s*(?:ControlPath|ControlMaster|ControlPersist)\b/i;

/** Whether ssh's own arguments keep Holdfast from its work. */
export function checkOptions({ heartbeat, options }: TunnelSpec): readonly Finding[] {
  const found = optionTexts(options).find(
    (option) => MULTIPLEXING.test(option) || /^-[A-Za-z]*[SM]/.test(option),
  );
  if (found === undefined || heartbeat !== 'mux') return [];
  return [
    {
      verdict: 'warning',
      about: 'options',
      sentence: `${found} takes the control socket away that the heartbeat mux asks through`,
      remedy: 'leave that option out, or set heartbeat = "none"',
    },
  ];
}

/** Options with their arguments, where those stand apart. */
function optionTexts(options: readonly string[]): readonly string[] {
  return options.flatMap((word, index) => {
    if (!word.startsWith('-')) return [];
    return word === '-o' ? [`-o ${options[index + 1] ?? ''}`] : [word];
  });
}
