import type { Clock } from '@holdfast/machines';

/** Notices that nobody needs something any more. */
export interface IdleWatch {
  /** Somebody needs it: the time begins anew. */
  used(): void;
  end(): void;
}

interface IdleWatchSettings {
  readonly clock: Clock;
  readonly idleMs: number;
  /** Whether somebody uses it all the time. */
  readonly isBusy: () => boolean;
  readonly ended: () => void;
}

/** Calls `ended` once, when the thing was neither used nor busy for that long. */
export function createIdleWatch({ clock, idleMs, isBusy, ended }: IdleWatchSettings): IdleWatch {
  let timer: unknown;
  let isOver = false;
  const used = () => {
    if (isOver) return;
    clock.clearTimeout(timer);
    timer = clock.setTimeout(() => (isBusy() ? used() : ended()), idleMs);
  };
  return {
    used,
    end() {
      isOver = true;
      clock.clearTimeout(timer);
    },
  };
}
