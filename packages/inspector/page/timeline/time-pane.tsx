import { useEffect, useRef, useState } from 'preact/hooks';
import { useSelect, useSession } from '../store/hooks.ts';
import { useNowMs } from '../time/clock.ts';
import { rangeOf, type Zoom, ZOOMS } from './range.ts';
import { Timeline } from './timeline.tsx';
import { Icon } from '../frame/icon.tsx';
import { timeOfDay } from '../time/clock-words.ts';

/** The past as a line, and how much of it. */
export function TimePane() {
  const isRecording = useSelect(({ hello }) => hello?.kind === 'recording');
  const [zoom, setZoom] = useState<Zoom>(isRecording ? 'all' : '5 min');
  return (
    <section class="card time" aria-labelledby="time-title">
      <div class="card-head">
        <h3 id="time-title">Timeline</h3>
        {isRecording && <Player />}
        <div class="segments" role="group" aria-label="How much is shown">
          {ZOOMS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={zoom === each}
              onClick={() => setZoom(each)}
            >
              {each}
            </button>
          ))}
        </div>
      </div>
      <RangedTimeline zoom={zoom} isRecording={isRecording} />
    </section>
  );
}

function RangedTimeline({
  zoom,
  isRecording,
}: {
  readonly zoom: Zoom;
  readonly isRecording: boolean;
}) {
  const { loadOlder } = useSession();
  const past = useSelect((state) => state.past);
  const travel = useSelect((state) => state.travel);
  const nowMs = useNowMs();
  const frozenMs = useFrozen(nowMs, travel !== null);
  const endMs = isRecording ? (past.steps.at(-1)?.atMs ?? nowMs) : frozenMs;
  const oldestMs = past.steps[0]?.atMs ?? endMs;
  const earliestMs = past.isCut ? (past.earliestMs ?? oldestMs) : oldestMs;
  const range = rangeOf(zoom, { earliestMs, endMs, lookedAtMs: travel?.atMs ?? null });
  const isMissing = past.isCut && range.fromMs < oldestMs;
  useEffect(() => {
    if (isMissing) void loadOlder();
  }, [isMissing, oldestMs]);
  return <Timeline steps={past.steps} range={range} />;
}

/** The present, which stands still while the past is looked at: else it would slide away under the pointer. */
function useFrozen(nowMs: number, isFrozen: boolean): number {
  const keptMs = useRef(nowMs);
  if (!isFrozen) keptMs.current = nowMs;
  return keptMs.current;
}

const SPEEDS = [1, 10, 60, 600] as const;

/** Plays a recording. */
function Player() {
  const { store } = useSession();
  const [chosen, choose] = useState<number>(10);
  const speed = useSelect((state) => state.speed);
  const atMs = useSelect(({ travel }) =>
    travel === null ? null : Math.floor(travel.atMs / 1000) * 1000,
  );
  const isPlaying = speed > 0;

  function toggle(): void {
    const { past, travel } = store.get();
    const first = past.steps[0];
    const isOver = travel !== null && travel.atMs >= (past.steps.at(-1)?.atMs ?? Infinity);
    if (!isPlaying && isOver && first !== undefined) {
      store.send({ type: 'travel', travel: { atMs: first.atMs, key: null } });
    }
    store.send({ type: 'speed', speed: isPlaying ? 0 : chosen });
  }

  return (
    <div class="player">
      <button
        type="button"
        class="icon-button"
        aria-label={isPlaying ? 'Pause' : 'Play'}
        onClick={toggle}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} />
      </button>
      <label>
        <span class="visually-hidden">Speed</span>
        <select
          value={chosen}
          onChange={({ currentTarget }) => {
            choose(Number(currentTarget.value));
            if (isPlaying) store.send({ type: 'speed', speed: Number(currentTarget.value) });
          }}
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {each} ×
            </option>
          ))}
        </select>
      </label>
      <span class="player-time">{atMs === null ? '' : timeOfDay(atMs)}</span>
    </div>
  );
}
