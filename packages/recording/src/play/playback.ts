import { damaged } from '../read/recording-error.ts';
import type { PlayedLife } from './played-life.ts';

/** What a player knows between two lines: which tunnels run, what was said, and what time it is. */
export interface Playback {
  /** Another supervisor writes from now on: none of the tunnels before lives any more. */
  enter(run: string): void;
  setClock(line: { readonly wallMs: number; readonly clockUs: number }): void;
  /** Milliseconds since 1970. */
  wallMs(atUs: number): number;
  /** The life of a tunnel. Throws a `RecordingError` if there is none. */
  lifeOf(tunnel: number, line: number): PlayedLife;
  find(tunnel: number): PlayedLife | undefined;
  /** Puts a life in the place of the one before. Throws a `RecordingError` when there are too many. */
  begin(tunnel: number, line: number, life: () => PlayedLife): PlayedLife;
  end(tunnel: number): void;
  endAll(): void;
  /** How many steps of a tunnel there were. */
  stepsOf(name: string): number;
  countStep(name: string): void;
  keepSentence(tunnel: number, sentence: string): void;
  /** What was said of the input that comes next. */
  takeSentences(tunnel: number): readonly string[];
}

/** A file may say that there are millions, and each takes memory. No supervisor has so many. */
const MOST_LIVES = 10_000;

/** A file may name any time; a `Date` bears no other than these, and throws. */
const LAST_MS = 8.64e15;

/** A playback in which nothing has happened yet. */
export function createPlayback(): Playback {
  const lives = new Map<number, PlayedLife>();
  const steps = new Map<string, number>();
  const said = new Map<number, string[]>();
  let run: string | undefined;
  let offsetMs = 0;
  const end = (tunnel: number) => {
    lives.get(tunnel)?.tunnel.stop();
    lives.delete(tunnel);
  };
  const endAll = () => {
    for (const tunnel of lives.keys()) end(tunnel);
    said.clear();
  };
  /** A tunnel has one life at a time; one that goes on behind what was left out has another number. */
  const endNamed = (name: string) => {
    for (const [tunnel, life] of lives) if (life.name === name) end(tunnel);
  };
  const stepsOf = (name: string) => steps.get(name) ?? 0;
  return {
    enter(next) {
      if (next !== run) endAll();
      run = next;
    },
    setClock: ({ wallMs, clockUs }) => void (offsetMs = wallMs - clockUs / 1000),
    wallMs: (atUs) => Math.max(-LAST_MS, Math.min(atUs / 1000 + offsetMs, LAST_MS)),
    lifeOf(tunnel, line) {
      const life = lives.get(tunnel);
      if (life === undefined) throw damaged(line, `tunnel ${tunnel} was not introduced`);
      return life;
    },
    find: (tunnel) => lives.get(tunnel),
    begin(tunnel, line, make) {
      end(tunnel);
      if (lives.size >= MOST_LIVES) throw damaged(line, 'there are too many tunnels');
      const life = make();
      endNamed(life.name);
      lives.set(tunnel, life);
      return life;
    },
    end,
    endAll,
    stepsOf,
    countStep: (name) => void steps.set(name, stepsOf(name) + 1),
    keepSentence(tunnel, sentence) {
      const sentences = said.get(tunnel) ?? [];
      sentences.push(sentence);
      said.set(tunnel, sentences);
    },
    takeSentences(tunnel) {
      const sentences = said.get(tunnel) ?? [];
      said.delete(tunnel);
      return sentences;
    },
  };
}
