import { useRef } from 'preact/hooks';
import { ChartPane } from '../chart/chart-pane.tsx';
import { useSelect } from '../store/hooks.ts';
import { chosenRow } from '../store/reduce.ts';
import { TimePane } from '../timeline/time-pane.tsx';
import { DetailHead } from './detail-head.tsx';
import { EventList } from './event-list.tsx';
import { Facts } from './facts.tsx';
import { TimeBanner } from './time-banner.tsx';
import { Why } from './why.tsx';

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
      <p>{isWaiting ? `Waiting for news of ${name}.` : `There is no ${name} any more.`}</p>
      {!isWaiting && <a href="#">Back to the list</a>}
    </section>
  );
}
