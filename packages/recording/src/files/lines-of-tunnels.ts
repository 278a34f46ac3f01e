import { createTunnelNames, objectOf } from './tunnel-names.ts';

/** Finds the lines of some tunnels among all, without reading those of others. */
export interface TunnelFilter {
  /** Whether a line is of one of them, or of the whole recording. */
  isWanted(text: string): boolean;
}

const NUMBER = /^\[(\d+),/;

/** Makes a filter for lines that come one after the other. @param isNamed - whether a tunnel is wanted. */
export function createTunnelFilter(isNamed: (name: string) => boolean): TunnelFilter {
  const names = createTunnelNames();
  const isWantedNumber = (number: string) => {
    const name = names.of(number);
    return name !== undefined && isNamed(name);
  };
  return {
    isWanted(text) {
      const number = NUMBER.exec(text)?.[1];
      if (number !== undefined) return isWantedNumber(number);
      names.note(text);
      const name = objectOf(text)?.name;
      // What cannot be read is found by whoever plays it.
      return typeof name !== 'string' || isNamed(name);
    },
  };
}
