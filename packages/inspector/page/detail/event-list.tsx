import type { Step } from '@holdfast/recording';
import { useState } from 'preact/hooks';
import { StateMark } from '../list/state-mark.tsx';
import { asSentence } from '../steps/why-then.ts';
import { keyOf } from '../steps/step-list.ts';
import { positionOf } from '../steps/shown.ts';
import { useSelect, useSession } from '../store/hooks.ts';
import { moment } from '../time/clock-words.ts';
import { eventsAround } from './events-around.ts';

/** What happened, the latest first; each is a way back to its moment. */
export function EventList() {
  const { loadOlder } = useSession();
  const [hasRoutine, setRoutine] = useState(false);
  const past = useSelect((state) => state.past);
  const position = useSelect(positionOf);
  const isTravelling = useSelect(({ travel }) => travel !== null);
  const steps = eventsAround(past.steps, isTravelling ? position : null, hasRoutine);
  const isRecording = useSelect(({ hello }) => hello?.kind === 'recording');
  const todayMs = (isRecording ? past.steps.at(-1)?.atMs : undefined) ?? Date.now();
  const here = isTravelling ? past.steps[position] : undefined;
  return (
    <section class="card events" aria-labelledby="events-title">
      <div class="card-head">
        <h3 id="events-title">Events</h3>
        <label class="check">
          <input
            type="checkbox"
            checked={hasRoutine}
            onChange={({ currentTarget }) => setRoutine(currentTarget.checked)}
          />
          with probes
        </label>
      </div>
      {steps.length === 0 && (
        <p class="quiet">{past.isLoaded ? 'No events yet.' : 'Reading the recording.'}</p>
      )}
      <ol class="event-list">
        {steps.map((step) => (
          <EventItem key={keyOf(step)} step={step} isHere={step === here} todayMs={todayMs} />
        ))}
      </ol>
      {past.isCut && (
        <button type="button" class="button" onClick={() => void loadOlder()}>
          Show earlier events
        </button>
      )}
    </section>
  );
}

interface EventItemProps {
  readonly step: Step;
  readonly isHere: boolean;
  /** Of another day than this moment's the day is told as well. */
  readonly todayMs: number;
}

function EventItem({ step, isHere, todayMs }: EventItemProps) {
  const { store } = useSession();
  const { atMs, event, detail, state, sentences } = step;
  return (
    <li>
      <button
        type="button"
        class="event"
        aria-current={isHere ? 'step' : undefined}
        onClick={() => store.send({ type: 'travel', travel: { atMs, key: keyOf(step) } })}
      >
        <time class="event-time" dateTime={new Date(atMs).toISOString()}>
          {moment(atMs, todayMs)}
        </time>
        <StateMark state={state} />
        <span class="event-name">
          {event}
          {detail !== null && <span class="quiet"> {detail}</span>}
        </span>
        {sentences.map((sentence) => (
          <span class="event-sentence" key={sentence}>
            {asSentence(sentence)}
          </span>
        ))}
      </button>
    </li>
  );
}
