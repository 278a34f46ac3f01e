import { styleText } from 'node:util';
import type { WriteStream } from 'node:tty';

/** Colours by what they mean. Without colours, each gives the text back as it is. */
export interface Paint {
  readonly heading: (text: string) => string;
  readonly good: (text: string) => string;
  readonly fault: (text: string) => string;
  readonly faint: (text: string) => string;
}

/** Colours for a terminal that has them; NO_COLOR and TERM=dumb are obeyed. */
export function createPaint(output: Pick<WriteStream, 'isTTY' | 'hasColors'>): Paint {
  const hasColours = output.isTTY && output.hasColors();
  const colour = (name: Parameters<typeof styleText>[0]) => (text: string) =>
    hasColours ? styleText(name, text) : text;
  return {
    heading: colour('bold'),
    good: colour('green'),
    fault: colour('red'),
    faint: colour('dim'),
  };
}
