import { readFileSync } from 'node:fs';
import { socketInodes } from '../listeners/socket-holder.ts';

const ESTABLISHED = '01';
const NOTHING_QUEUED = '00000000:';

/**
 * Whether a process has sent over TCP what the far end's system has not acknowledged: then the line is dead or very slow. A far end that
 * got everything and says nothing is another matter. `false` also where nobody can tell, such as behind a ProxyCommand.
 *
 * @see proc(5), /proc/net/tcp: tx_queue.
 */
export function hasUnacknowledged(pid: number | undefined): boolean {
  const inodes = pid === undefined ? undefined : socketInodes(pid);
  if (inodes === undefined) return false;
  return ['tcp', 'tcp6'].some((table) =>
    readTable(`/proc/${pid}/net/${table}`).some((line) => {
      const [, , , state, queues = NOTHING_QUEUED, , , , , inode = ''] = line.trim().split(/\s+/);
      return state === ESTABLISHED && !queues.startsWith(NOTHING_QUEUED) && inodes.has(inode);
    }),
  );
}

function readTable(file: string): readonly string[] {
  try {
    return readFileSync(file, 'latin1').split('\n');
  } catch {
    return [];
  }
}
