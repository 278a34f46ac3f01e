import { useSelect } from '../store/hooks.ts';
import { useNowMs } from '../time/clock.ts';
import { countdown } from '../time/words.ts';
import type { Connection } from '../stream/follow.ts';

/** How it stands with the connection. The words change seldom; the countdown is for eyes only. */
export function ConnectionMark() {
  const connection = useSelect((state) => state.connection);
  const kind = useSelect(({ hello }) => hello?.kind);
  return (
    <span class="connection" data-kind={connection.kind}>
      <span class="connection-dot" aria-hidden="true" />
      <span role="status">{wordsFor(connection, kind === 'recording')}</span>
      {connection.kind === 'lost' && <NextTry {...connection} />}
    </span>
  );
}

function wordsFor(connection: Connection, isRecording: boolean): string {
  switch (connection.kind) {
    case 'connecting':
      return 'Connecting';
    case 'open':
      return isRecording ? 'Recording' : 'Live';
    case 'lost':
      return 'Connection lost, trying again';
    case 'ended':
      return `Ended: ${connection.reason}`;
    case 'refused':
      return 'Refused';
  }
}

function NextTry({ nextAtMs, problem }: Extract<Connection, { kind: 'lost' }>) {
  useNowMs();
  return (
    <span class="quiet" aria-hidden="true">
      {countdown(nextAtMs - Date.now())}: {problem}
    </span>
  );
}
