import { roundTrip } from '@holdfast/text';
import type { ComponentChildren } from 'preact';
import { isUp } from '../list/tone.ts';
import { useSelect } from '../store/hooks.ts';
import { useNowMs } from '../time/clock.ts';
import { countdown, elapsed } from '../time/clock-words.ts';
import { useShown } from './use-shown.ts';

/** The numbers of the moment that is looked at. */
export function Facts() {
  const shown = useShown();
  const travelled = useSelect(({ travel }) => travel?.atMs ?? null);
  const nowMs = useNowMs();
  if (shown === null) return null;
  const { sinceMs, starts, misses, roundTripMs, failureClass, failureSentence, nextStartAtMs } =
    shown;
  const atMs = travelled ?? nowMs;
  return (
    <section class="card facts" aria-labelledby="facts-title">
      <h3 id="facts-title">{travelled === null ? 'Facts' : 'Facts, at that moment'}</h3>
      <dl>
        <Fact name={isUp(shown.state) ? 'Carries traffic' : `In ${shown.state}`}>
          {sinceMs === null ? 'longer than recorded' : `for ${elapsed(atMs - sinceMs)}`}
        </Fact>
        <Fact name="Starts">{starts}</Fact>
        <Fact name="Missed probes">{misses}</Fact>
        <Fact name="Round trip">{roundTripMs === null ? null : roundTrip(roundTripMs)}</Fact>
        <Fact name="Phase">{shown.phase}</Fact>
        <Fact name="Next start">
          {nextStartAtMs === null ? null : countdown(nextStartAtMs - atMs)}
        </Fact>
        <Fact name="Last failure">
          {failureClass === null
            ? null
            : `${failureClass}${failureSentence === null ? '' : `: ${failureSentence}`}`}
        </Fact>
      </dl>
    </section>
  );
}

/** Nothing is shown of what is not known. */
function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  if (children === null) return null;
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
