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

/** Which tunnel a number stands for, in lines that are given one after the other. Nothing but the names is looked at. */
interface TunnelNames {
  /** Notes a line that is an object; gives nothing. */
  note(text: string): undefined;
  of(number: string): string | undefined;
  readonly byNumber: ReadonlyMap<string, string>;
}

/** Numbers count within one supervisor. */
export function createTunnelNames(): TunnelNames {
  const names = new Map<string, string>();
  let run = '';
  return {
    byNumber: names,
    of: (number) => names.get(number),
    note(text) {
      const line = objectOf(text);
      if (typeof line?.run === 'string' && line.run !== run) {
        run = line.run;
        names.clear();
      }
      const number = line?.begin ?? line?.checkpoint;
      if (typeof number === 'number' && typeof line?.name === 'string') {
        names.set(`${number}`, line.name);
      }
      return undefined;
    },
  };
}

/** What a line of ours may say, as long as nobody has looked at it. */
interface AnyLine {
  readonly recording?: unknown;
  readonly run?: unknown;
  readonly begin?: unknown;
  readonly checkpoint?: unknown;
  readonly name?: unknown;
  readonly said?: unknown;
}

/** A line that is an object; what cannot be read is left to whoever reads all of it. */
function objectOf(text: string): AnyLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as AnyLine;
  } catch {
    return undefined;
  }
}
