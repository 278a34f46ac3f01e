import { useState } from 'preact/hooks';
import { StateMark } from '../list/state-mark.tsx';
import { STATES_BY_WEIGHT } from '../list/tone.ts';
import { Dialog } from './dialog.tsx';
import { areShortcutsOn, keepShortcuts } from './use-shortcuts.ts';

const KEYS = [
  ['/', 'search the list'],
  ['j, k', 'next, previous tunnel'],
  ['Escape', 'back to now; then back to the list'],
  ['?', 'this help'],
  ['← →', 'on the timeline: earlier, later event'],
  ['Home, End', 'on the timeline: the beginning, now'],
  ['← ↑ ↓ →', 'on the chart: move'],
  ['+, −, 0', 'on the chart: larger, smaller, all of it'],
] as const;

const MEANINGS: Readonly<Record<(typeof STATES_BY_WEIGHT)[number], string>> = {
  gating: 'the first ssh is younger than the gate time',
  connecting: 'ssh runs and has not yet proved that it carries traffic',
  healthy: 'the connection carries traffic, and no probe is out',
  probing: 'a probe was sent, and its answer is awaited',
  backoff: 'no ssh runs; waiting for the next start',
  stopping: 'ssh was told to end, and still runs',
  stopped: 'ended on purpose',
  failed: 'gave up; it will not retry',
};

/** Keys, and what the states mean. */
export function HelpDialog(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Dialog title="Help" {...props}>
      <div class="help-columns">
        <section>
          <h3>Keys</h3>
          <dl class="keys">
            {KEYS.map(([keys, does]) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <ShortcutsSwitch />
          <h3>The chart</h3>
          <p class="quiet">
            An arrow is a transition. Its label is the event, then{' '}
            <b class="guard">[the condition]</b> if there is one, then / the actions. <b>after</b>{' '}
            is a delay. Point at a state or a label to read more about it.
          </p>
        </section>
        <section>
          <h3>States</h3>
          <dl class="meanings">
            {STATES_BY_WEIGHT.toReversed().map((state) => (
              <div key={state}>
                <dt>
                  <StateMark state={state} />
                </dt>
                <dd>{MEANINGS[state]}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <form method="dialog" class="dialog-buttons">
        <button class="button is-main" type="submit">
          Close
        </button>
      </form>
    </Dialog>
  );
}

/** Single keys get in the way of speech input: they can be turned off. */
function ShortcutsSwitch() {
  const [isOn, setOn] = useState(areShortcutsOn);
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ currentTarget: { checked } }) => {
          keepShortcuts(checked);
          setOn(checked);
        }}
      />
      Keys /, j, k and ? work everywhere
    </label>
  );
}
