import { Icon } from '../frame/icon.tsx';
import { StateMark } from '../list/state-mark.tsx';
import { useSelect } from '../store/hooks.ts';
import { chosenRow } from '../store/reduce.ts';
import { Actions } from './actions.tsx';
import { useShown } from './use-shown.ts';

/** Whose details these are, in which state, and what can be done. */
export function DetailHead({ name }: { readonly name: string }) {
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
