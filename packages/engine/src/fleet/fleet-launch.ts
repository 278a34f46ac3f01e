import { AsyncSubject } from 'rxjs';
import type { ChildRecorder } from '../child-record/child-record.ts';
import type { ChildEnd, Launch } from '../child/launch.ts';
import type { Turns } from './turns.ts';

/**
 * A launch for many: each child is written down, so that the supervisor after this one can find it, and the ends of many children
 * at once are told in turns.
 */
export function fleetLaunch(
  launch: Launch,
  turns: Turns,
  record: ChildRecorder | undefined,
): (tunnel: string) => Launch {
  return (tunnel) => (command) => {
    const child = launch(command);
    const { pid } = child;
    if (pid === undefined) return child;
    record?.add({ pid, tunnel, args: command.args });
    const ended$ = new AsyncSubject<ChildEnd>();
    child.ended$.subscribe((end) => {
      turns.add(() => {
        record?.remove(pid);
        ended$.next(end);
        ended$.complete();
      });
    });
    return { ...child, ended$ };
  };
}
