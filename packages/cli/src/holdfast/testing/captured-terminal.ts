import { paintColours, paintNothing, type Terminal } from '../terminal/terminal.ts';

/** A terminal that remembers what was written to it. */
export interface CapturedTerminal extends Terminal {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

interface Look {
  readonly columns?: number;
  readonly rows?: number;
  readonly isTerminal?: boolean;
  readonly hasColours?: boolean;
}

export function captureTerminal(look: Look = {}): CapturedTerminal {
  const { columns = Infinity, rows = 24, isTerminal = false, hasColours = false } = look;
  let stdout = '';
  let stderr = '';
  return {
    out: (text) => void (stdout += text),
    err: (text) => void (stderr += text),
    outTaken: () => Promise.resolve(),
    outIsTerminal: isTerminal,
    errIsTerminal: isTerminal,
    columns: () => columns,
    rows: () => rows,
    paint: hasColours ? paintColours : paintNothing,
    stdout: () => stdout,
    stderr: () => stderr,
  };
}
