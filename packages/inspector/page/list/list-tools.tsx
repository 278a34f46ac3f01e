import { Icon } from '../frame/icon.tsx';
import { useSelect, useSession } from '../store/hooks.ts';
import { countStates, type Sort } from './order.ts';
import { StateMark } from './state-mark.tsx';

/** Search, order, and how many are in each state. */
export function ListTools() {
  const { store } = useSession();
  const filter = useSelect((state) => state.filter);
  const sort = useSelect((state) => state.sort);
  // Rows of a recording are of several moments: of the one that is looked at, and of the end.
  const isRecording = useSelect(({ hello }) => hello?.kind === 'recording');
  return (
    <div class="list-tools">
      <label class="search">
        <Icon name="search" />
        <span class="visually-hidden">Search</span>
        <input
          id="filter"
          type="search"
          placeholder="Search names, hosts, states"
          autocomplete="off"
          spellcheck={false}
          value={filter}
          onInput={({ currentTarget }) =>
            store.send({ type: 'filter', filter: currentTarget.value })
          }
        />
      </label>
      <label class="sort">
        <span class="visually-hidden">Order</span>
        <select
          value={sort}
          onChange={({ currentTarget }) =>
            store.send({ type: 'sort', sort: currentTarget.value as Sort })
          }
        >
          <option value="name">by name</option>
          <option value="trouble">trouble first</option>
        </select>
      </label>
      {!isRecording && <Counts />}
    </div>
  );
}

/** How many are in each state; each is a way to search for it. */
function Counts() {
  const { store } = useSession();
  const filter = useSelect((state) => state.filter);
  const rows = useSelect((state) => state.rows);
  return (
    <ul class="counts" aria-label="How many are in each state">
      {countStates(rows.values(), filter).map(([state, count]) => (
        <li key={state} class={count === 0 && filter !== state ? 'is-none' : ''}>
          <button
            type="button"
            class="count"
            aria-pressed={filter === state}
            onClick={() => store.send({ type: 'filter', filter: filter === state ? '' : state })}
          >
            <b>{count}</b> <StateMark state={state} />
          </button>
        </li>
      ))}
    </ul>
  );
}
