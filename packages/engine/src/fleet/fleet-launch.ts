import { Observable } from 'rxjs';
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
    let isRecorded = true;
    const forget = () => {
      // Once: by then the pid may be another child's.
      if (isRecorded) record?.remove(pid);
      isRecorded = false;
    };
    const ended$ = new Observable<ChildEnd>((subscriber) =>
      child.ended$.subscribe((end) => {
        turns.add(() => {
          forget();
          subscriber.next(end);
          subscriber.complete();
        });
      }),
    );
    return { pid, ended$, stderr: child.stderr, signal: child.signal };
  };
}
