import type { Chart, ChartState, ChartTransition } from '@holdfast/chart';
import { asSentence } from '../steps/why-then.ts';
import { stateName, targetWords, triggerWords, type Explained } from './transition-words.ts';

/** A card that explains what is pointed at. */
export function Explanation({
  chart,
  explained,
}: {
  readonly chart: Chart;
  readonly explained: Explained;
}) {
  return (
    <div class="explanation">
      {explained.kind === 'transition' ? (
        <TransitionWords chart={chart} transition={explained.transition} />
      ) : (
        <StateWords state={explained.state} />
      )}
    </div>
  );
}

function TransitionWords({
  chart,
  transition,
}: {
  readonly chart: Chart;
  readonly transition: ChartTransition;
}) {
  const { source, trigger, guard, actions, description } = transition;
  return (
    <>
      <p class="explanation-title">
        {stateName(chart, source)} <span class="quiet">→</span> {targetWords(chart, transition)}
      </p>
      {description !== null && <p>{asSentence(description)}</p>}
      <dl>
        <Line name="when">{triggerWords(trigger)}</Line>
        {guard !== null && <Line name="only if">{guard}</Line>}
        {actions.length > 0 && <Line name="does">{actions.join(', ')}</Line>}
      </dl>
    </>
  );
}

function StateWords({ state }: { readonly state: ChartState }) {
  const { name, description, entry, exit, invokes } = state;
  return (
    <>
      <p class="explanation-title">{name}</p>
      {description !== null && <p>{asSentence(description)}</p>}
      <dl>
        {entry.length > 0 && <Line name="entering">{entry.join(', ')}</Line>}
        {exit.length > 0 && <Line name="leaving">{exit.join(', ')}</Line>}
        {invokes.length > 0 && <Line name="runs">{invokes.join(', ')}</Line>}
      </dl>
    </>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
