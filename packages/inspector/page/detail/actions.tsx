import { useState } from 'preact/hooks';
import type { InspectorAction } from '../../src/api.ts';
import { useSelect, useSession } from '../store/hooks.ts';
import { chosenRow } from '../store/reduce.ts';
import { consequenceOf, LABELS, needsConfirmation, possibleActions } from './order-words.ts';
import { Dialog } from '../frame/dialog.tsx';

const NONE: readonly InspectorAction[] = [];

/** What can be done with the chosen one now, and what became of the last order. */
export function Actions({ name }: { readonly name: string }) {
  const session = useSession();
  const all = useSelect(({ hello }) => hello?.actions ?? NONE);
  const state = useSelect((page) => chosenRow(page)?.state ?? '');
  const isOpen = useSelect(({ connection }) => connection.kind === 'open');
  const isPast = useSelect(({ travel }) => travel !== null);
  const [asked, setAsked] = useState<InspectorAction | null>(null);
  const possible = possibleActions(all, state);
  const give = (action: InspectorAction) => void session.order(name, action);
  return (
    <div class="actions">
      {all.map((action) => (
        <button
          key={action}
          type="button"
          class="button"
          title={isPast ? 'The past is shown: go back to now first' : undefined}
          disabled={!isOpen || isPast || !possible.includes(action)}
          onClick={() => (needsConfirmation(action) ? setAsked(action) : give(action))}
        >
          {LABELS[action]}
        </button>
      ))}
      <ConfirmDialog
        name={name}
        action={asked}
        onClose={(isMeant) => {
          if (isMeant && asked !== null) give(asked);
          setAsked(null);
        }}
      />
      <NoticeLine />
    </div>
  );
}

function NoticeLine() {
  const notice = useSelect((state) => state.notice);
  return (
    <p class={`notice ${notice?.isProblem === true ? 'is-problem' : ''}`} role="status">
      {notice?.text}
    </p>
  );
}

interface ConfirmDialogProps {
  readonly name: string;
  /** `null`: closed. */
  readonly action: InspectorAction | null;
  readonly onClose: (isMeant: boolean) => void;
}

/** Asks whether an order is meant. */
function ConfirmDialog({ name, action, onClose }: ConfirmDialogProps) {
  const title = action === null ? '' : `${LABELS[action]} ${name}?`;
  return (
    <Dialog title={title} isOpen={action !== null} onClose={() => onClose(false)}>
      <p>{action !== null && consequenceOf(action)}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => onClose(false)}>
          Cancel
        </button>
        <button type="button" class="button is-main" onClick={() => onClose(true)}>
          {action !== null && LABELS[action]}
        </button>
      </div>
    </Dialog>
  );
}
