import type { ChildCommand, ChildEvent, ConnectionSight, Slot } from '@holdfast/machines';
import { Observable, type Subscription } from 'rxjs';
import { monotonicMs } from '../clock.ts';
import type { Prepare, SshCommand } from './command.ts';
import type { Launch } from './launch.ts';
import { sshChild$ } from './ssh-child.ts';
import type { ChildTable } from './child-table.ts';

/** The command of a challenger: an ssh without forwards, with what makes it the tunnel's own. */
export interface ChallengerCommand extends SshCommand {
  /** Opens the forwards of the tunnel on it; a failure is an answer, and never thrown. */
  readonly adopt: Prepare;
}

/** What the ssh of one tunnel are made with. */
export interface SshSlotsSource {
  readonly launch: Launch;
  readonly children: ChildTable;
  /** Whose ssh they are, for the table. */
  readonly owner: object;
  readonly chance: (() => number) | undefined;
  /** The command of the tunnel's own ssh. */
  command(): SshCommand | Promise<SshCommand>;
  /** The command of a challenger in this slot. */
  challenger(slot: Slot): ChallengerCommand | Promise<ChallengerCommand>;
  /** What is seen of the connection of the tunnel's own ssh. Never rejects. */
  sight(): Promise<ConnectionSight | null>;
  /** Told which ssh is the tunnel's own: when it runs, and when a challenger becomes it. */
  ran(pid: number | undefined): void;
  readonly tell: (event: ChildEvent) => void;
}

type Signal = 'SIGTERM' | 'SIGKILL';

/** How long a challenger that was sent away may still log in: one that is broken off half-way is counted against us by OpenSSH 9.8. */
const LOGIN_MS = 20_000;

/** How long one that was told to end may take. */
const TERM_GRACE_MS = 5000;

/**
 * The ssh of one tunnel: its own, and for a while a challenger beside it. Each is in a slot, and which of the two is the tunnel's own can
 * change.
 *
 * A class, since closures would cost each tunnel of a fleet more.
 */
export class SshSlots {
  readonly #source: SshSlotsSource;
  readonly #ssh: { a?: SlottedSsh; b?: SlottedSsh } = {};
  #carrier: Slot = 'a';

  constructor(source: SshSlotsSource) {
    this.#source = source;
  }

  /** Starts the tunnel's own ssh. */
  start(): void {
    const own = new SlottedSsh('a', this.#source);
    this.#ssh.a = own;
    own.start(this.#source.command());
  }

  obey(order: ChildCommand): void {
    const { slot } = order;
    switch (order.type) {
      case 'child.signal':
        this.#ssh[slot]?.signal(order.signal);
        return;
      case 'child.challenge':
        this.#challenge(slot);
        return;
      case 'child.dismiss':
        this.#ssh[slot]?.dismiss();
        return;
      case 'child.adopt':
        delete this.#ssh[this.#carrier];
        this.#carrier = slot;
        this.#ssh[slot]?.adopt();
        return;
    }
  }

  /** The tunnel's own ssh has ended, or was abandoned; what is beside it has no business any more. */
  end(): void {
    for (const ssh of Object.values(this.#ssh)) {
      if (ssh.slot !== this.#carrier) ssh.signal('SIGKILL');
      ssh.end();
    }
  }

  #challenge(slot: Slot): void {
    const there = this.#ssh[slot];
    if (there?.isRunning === true) return there.stay();
    const challenger = new SlottedSsh(slot, this.#source);
    this.#ssh[slot] = challenger;
    challenger.challenge(this.#source.challenger(slot));
  }
}

/** One ssh in its slot. */
class SlottedSsh {
  readonly slot: Slot;
  #isRunning = false;
  readonly #source: SshSlotsSource;
  #running: Subscription | undefined;
  #pid: number | undefined;
  /** Signals that came before anybody listened: the command may still be being made. */
  #early: readonly Signal[] = [];
  #send: (signal: Signal) => void = (signal) => void (this.#early = [...this.#early, signal]);
  #beside: Beside | undefined;

  constructor(slot: Slot, source: SshSlotsSource) {
    this.slot = slot;
    this.#source = source;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  start(command: SshCommand | Promise<SshCommand>): void {
    const { launch, children, owner, chance } = this.#source;
    const signal$ = new Observable<Signal>((subscriber) => {
      this.#send = (signal) => subscriber.next(signal);
      this.#early.forEach(this.#send);
    });
    this.#isRunning = true;
    const ssh$ = sshChild$({ launch, children, owner, chance, command, signal$ });
    this.#running = ssh$.subscribe((event) => this.#hear(event));
  }

  /** Starts it as a challenger. */
  challenge(command: ChallengerCommand | Promise<ChallengerCommand>): void {
    this.#beside = { phase: 'logging-in', isWanted: true, command: undefined, leaving: undefined };
    this.start(command);
    void Promise.resolve(command).then((known) => {
      if (this.#beside !== undefined) this.#beside.command = known;
    }, ignore);
  }

  signal(signal: Signal): void {
    if (this.#beside !== undefined) this.#beside.phase = 'ending';
    this.#send(signal);
  }

  /** It is wanted after all. */
  stay(): void {
    const beside = this.#beside;
    if (beside === undefined || beside.phase === 'ending') return;
    beside.isWanted = true;
    clearTimeout(beside.leaving);
    if (beside.phase === 'in') void this.#tellProof(beside);
  }

  /** It is ended as soon as its login is through. */
  dismiss(): void {
    const beside = this.#beside;
    if (beside === undefined || beside.phase === 'ending') return;
    beside.isWanted = false;
    if (beside.phase === 'in') this.#sendAway();
    else beside.leaving = setTimeout(() => this.#sendAway(), LOGIN_MS);
  }

  /** It is the tunnel's own from now on. */
  adopt(): void {
    const beside = this.#beside;
    if (beside === undefined) return;
    clearTimeout(beside.leaving);
    this.#source.ran(this.#pid);
    if (beside.phase === 'in') this.#prepare(beside);
    else if (beside.phase === 'logging-in') beside.phase = 'logging-in-as-own';
  }

  end(): void {
    clearTimeout(this.#beside?.leaving);
    this.#running?.unsubscribe();
  }

  #hear(event: ChildEvent): void {
    if (event.type === 'child.spawned') {
      this.#pid = event.pid;
      if (this.#isOwn) this.#source.ran(event.pid);
    }
    if (event.type === 'child.exited' || event.type === 'child.unrunnable') {
      this.#isRunning = false;
      clearTimeout(this.#beside?.leaving);
    }
    const beside = this.#beside;
    if (beside !== undefined && event.type === 'child.ready') this.#loggedIn(beside);
    else this.#tell(event);
  }

  /** Whether it is the tunnel's own: it may have become that before it ran. */
  get #isOwn(): boolean {
    return this.#beside === undefined || this.#beside.phase === 'logging-in-as-own';
  }

  #loggedIn(beside: Beside): void {
    if (beside.phase === 'logging-in-as-own') return this.#prepare(beside);
    if (beside.phase !== 'logging-in') return;
    beside.phase = 'in';
    if (beside.isWanted) void this.#tellProof(beside);
    else this.#sendAway();
  }

  /** It has logged in: what is to be done depends on how the other one looks by now. */
  async #tellProof(beside: Beside): Promise<void> {
    const seen = await this.#source.sight();
    if (this.#beside !== beside || beside.phase !== 'in' || !beside.isWanted) return;
    this.#tell({ type: 'child.ready', atMs: monotonicMs(), sight: seen });
  }

  /** What a tunnel's own ssh has when it is ready. */
  #prepare(beside: Beside): void {
    this.#beside = undefined;
    void beside.command?.adopt().then((failure) => {
      if (!this.#isRunning) return;
      if (failure === undefined) this.#tell({ type: 'child.ready', atMs: monotonicMs() });
      else this.#tell({ type: 'forward.refused', failure });
    });
  }

  #sendAway(): void {
    const beside = this.#beside;
    if (beside === undefined || beside.phase === 'ending') return;
    this.signal('SIGTERM');
    beside.leaving = setTimeout(() => this.#send('SIGKILL'), TERM_GRACE_MS);
  }

  /** The first slot needs no name: most tunnels never use the other. */
  #tell(event: ChildEvent): void {
    const isUnnamed = this.slot === 'a' && this.#beside === undefined;
    this.#source.tell(isUnnamed ? event : { ...event, slot: this.slot });
  }
}

/** What is special about an ssh beside the tunnel's own. */
interface Beside {
  phase: 'logging-in' | 'in' | 'ending' | 'logging-in-as-own';
  isWanted: boolean;
  command: ChallengerCommand | undefined;
  leaving: NodeJS.Timeout | undefined;
}

function ignore(): void {
  // on purpose
}
