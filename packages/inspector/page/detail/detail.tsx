import { useRef } from 'preact/hooks';
import { ChartPane } from '../chart/chart-pane.tsx';
import { useSelect, useSession } from '../store/hooks.ts';
import { chosenRow } from '../store/reduce.ts';
import { TimePane } from '../timeline/time-pane.tsx';
import { EventList } from './event-list.tsx';
import { Facts } from './facts.tsx';
import { Why } from './why.tsx';
import { Icon } from '../frame/icon.tsx';
import { StateMark } from '../list/state-mark.tsx';
import { Actions } from './actions.tsx';
import { useShown } from './use-shown.ts';
import { useNowMs } from '../time/clock.ts';
import { moment } from '../time/clock-words.ts';

/** Everything about the chosen one. */
export function Detail() {
  const name = useSelect((state) => state.chosen);
  const isThere = useSelect((state) => chosenRow(state) !== undefined);
  const isWaiting = useSelect(({ messages }) => messages === 0);
  const element = useRef<HTMLElement>(null);
  if (name === null) return <NothingChosen />;
  if (!isThere) return <NotThere name={name} isWaiting={isWaiting} />;
  return (
    <section class="detail" aria-labelledby="detail-title" ref={element} key={name}>
      <DetailHead name={name} />
      <TimeBanner />
      <div class="detail-body">
        <ChartPane />
        <div class="side">
          <TimePane />
          <div class="side-facts">
            <Why />
            <Facts />
          </div>
          <EventList />
        </div>
      </div>
    </section>
  );
}

function NothingChosen() {
  return (
    <section class="detail is-empty" aria-label="Nothing chosen">
      <p>Choose one from the list to see its state chart, its past, and why it is as it is.</p>
      <p class="quiet">
        Keys: <kbd>j</kbd> and <kbd>k</kbd> go through the list, <kbd>?</kbd> shows the others.
      </p>
    </section>
  );
}

function NotThere({ name, isWaiting }: { readonly name: string; readonly isWaiting: boolean }) {
  return (
    <section class="detail is-empty" aria-label={name}>
      <p>
        {isWaiting
          ? `Waiting for ${name}.`
          : `${name} is not in the list: it may have been removed.`}
      </p>
      {!isWaiting && <a href="#">Back to the list</a>}
    </section>
  );
}

/** Whose details these are, in which state, and what can be done. */
function DetailHead({ name }: { readonly name: string }) {
  const host = useSelect((state) => chosenRow(state)?.host);
  const shown = useShown();
  return (
    <div class="detail-head">
      <a class="icon-button back" href="#" aria-label="Back to the list">
        <Icon name="back" />
      </a>
      <div class="detail-name">
        <h2 id="detail-title">{name}</h2>
        <span class="host">{host}</span>
      </div>
      {shown !== null && <StateMark state={shown.state} />}
      <Actions name={name} />
    </div>
  );
}

/** Says that the past is shown, and leads back. */
function TimeBanner() {
  const travel = useSelect((state) => state.travel);
  const kind = useSelect(({ hello }) => hello?.kind);
  if (travel === null || kind === 'recording') return null;
  return <Banner atMs={travel.atMs} />;
}

/** Where there is no room beside it, the chart may be out of sight. */
function showChart(): void {
  document.querySelector('.chart-pane')?.scrollIntoView({ block: 'center', behavior: 'smooth' });
}

function Banner({ atMs }: { readonly atMs: number }) {
  const { store } = useSession();
  const nowMs = useNowMs();
  return (
    <div class="time-banner">
      <Icon name="clock" />
      <span>
        As it was at <time dateTime={new Date(atMs).toISOString()}>{moment(atMs, nowMs)}</time>
      </span>
      <button type="button" class="button to-chart" onClick={showChart}>
        Show the chart
      </button>
      <button
        type="button"
        class="button"
        onClick={() => store.send({ type: 'travel', travel: null })}
      >
        Back to now <kbd>Esc</kbd>
      </button>
    </div>
  );
}
