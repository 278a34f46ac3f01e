import { createTunnelNames } from './tunnel-names.ts';

const NUMBER = /^\[(\d+),/;

/** Keeps what is needed to play on from the present: of each tunnel the lines from its last checkpoint on. */
export interface LastLines {
  take(text: string): void;
  /** The head, then the lines in their order. Empty if there is no head. */
  lines(): readonly string[];
}

/** Makes a keeper for lines that come one after the other. */
export function createLastLines(): LastLines {
  const names = createTunnelNames();
  const byNumber = new Map<string, { readonly at: number; readonly text: string }[]>();
  let clocks: { readonly at: number; readonly text: string }[] = [];
  let count = 0;
  return {
    take(text) {
      const line = { at: count++, text };
      const number = NUMBER.exec(text)?.[1];
      if (number !== undefined) {
        byNumber.get(number)?.push(line);
        return;
      }
      const begun = /^\{"(?:begin|checkpoint)":(\d+),/.exec(text)?.[1];
      names.note(text);
      if (begun !== undefined) byNumber.set(begun, [line]);
      else if (text.startsWith('{"recording"')) {
        if (names.byNumber.size === 0) byNumber.clear();
        clocks = [line];
      } else if (text.startsWith('{"clock"')) clocks.push(line);
    },
    lines() {
      const [head, ...set] = clocks;
      if (head === undefined) return [];
      const rest = [...set, ...[...byNumber.values()].flat()];
      return [head, ...rest.toSorted((one, other) => one.at - other.at)].map(({ text }) => text);
    },
  };
}
