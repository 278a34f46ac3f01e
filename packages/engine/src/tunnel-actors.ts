import {
  tunnelMachine,
  type ChildCommand,
  type ChildEvent,
  type ChildInput,
  type HeartbeatCommand,
  type HeartbeatEvent,
} from '@holdfast/machines';
import { ReplaySubject, Subject, map, tap, type Observable } from 'rxjs';
import { fromCallback } from 'xstate';
import type { ChildTable } from './child/child-table.ts';
import type { SshCommand } from './child/command.ts';
import type { Launch } from './child/launch.ts';
import { sshChild$ } from './child/ssh-child.ts';
import { heartbeat$, type HeartbeatDriver } from './heartbeat/driver.ts';

/** What the actors of one tunnel work with. */
export interface TunnelResources {
  /** The command for a start; asked for each start anew. */
  readonly command: (start: number) => SshCommand | Promise<SshCommand>;
  readonly driver: HeartbeatDriver;
  readonly launch: Launch;
  readonly children: ChildTable;
  /** Told when a forward that the heartbeat needs was refused; ssh is being ended then. */
  readonly onForwardRefused: () => void;
  /** The ssh that runs; kept by the actors. */
  pid?: number | undefined;
}

/**
 * The resources of every tunnel by its name in the machine's input.
 *
 * The holes of the machine are filled once for all tunnels, since a machine of its own would cost each 26 kB; what differs is
 * looked up here.
 */
const resources = new Map<string, TunnelResources>();

let tunnels = 0;

/** Registers the resources of a new tunnel, under a name of its own. */
export function registerTunnel(name: string, tunnel: TunnelResources): string {
  tunnels += 1;
  const key = `${name}#${tunnels}`;
  resources.set(key, tunnel);
  return key;
}

/** Forgets a tunnel that has ended. */
export function forgetTunnel(key: string): void {
  resources.delete(key);
}

function resourcesOf({ tunnel }: ChildInput): TunnelResources {
  const found = resources.get(tunnel);
  if (found === undefined) throw new Error(`no tunnel is called ${tunnel}`);
  return found;
}

const sshChild = fromCallback<ChildCommand, ChildInput>(({ input, sendBack, receive }) => {
  const tunnel = resourcesOf(input);
  const command$ = new ReplaySubject<ChildCommand>();
  receive((command) => command$.next(command));
  const running = sshEvents$(tunnel, input, command$).subscribe(sendBack);
  return () => running.unsubscribe();
});

/** A command that cannot be made is a failure of that start, however it is told. */
function commandOf({ command }: TunnelResources, start: number): SshCommand | Promise<SshCommand> {
  try {
    return command(start);
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

function sshEvents$(
  tunnel: TunnelResources,
  { start }: ChildInput,
  command$: Observable<ChildCommand>,
): Observable<ChildEvent> {
  return sshChild$({
    launch: tunnel.launch,
    children: tunnel.children,
    command: commandOf(tunnel, start),
    signal$: command$.pipe(map(({ signal }) => signal)),
  }).pipe(
    tap((event) => {
      if (event.type === 'child.spawned') tunnel.pid = event.pid;
      if (event.type === 'forward.refused') tunnel.onForwardRefused();
    }),
  );
}

const heartbeat = fromCallback<HeartbeatCommand, ChildInput>(({ input, sendBack, receive }) => {
  const tunnel = resourcesOf(input);
  const command$ = new Subject<HeartbeatCommand>();
  receive((command) => command$.next(command));
  const answers$: Observable<HeartbeatEvent> = heartbeat$(
    tunnel.driver,
    () => ({ pid: tunnel.pid }),
    command$,
  );
  const asking = answers$.subscribe(sendBack);
  return () => asking.unsubscribe();
});

/** The tunnel machine with every hole filled. */
export const runnableTunnelMachine = tunnelMachine.provide({ actors: { sshChild, heartbeat } });
