import type { InspectorAction } from '../../src/api.ts';
import { Dialog } from '../frame/dialog.tsx';
import { consequenceOf, LABELS } from './order-words.ts';

interface ConfirmDialogProps {
  readonly name: string;
  /** `null`: closed. */
  readonly action: InspectorAction | null;
  readonly onClose: (isMeant: boolean) => void;
}

/** Asks whether an order is meant. */
export function ConfirmDialog({ name, action, onClose }: ConfirmDialogProps) {
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
