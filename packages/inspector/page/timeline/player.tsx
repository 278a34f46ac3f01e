import { useState } from 'preact/hooks';
import { Icon } from '../frame/icon.tsx';
import { useSelect, useSession } from '../store/hooks.ts';
import { timeOfDay } from '../time/words.ts';

const SPEEDS = [1, 10, 60, 600] as const;

/** Plays a recording. */
export function Player() {
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
