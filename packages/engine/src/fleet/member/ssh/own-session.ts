import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FailureReport } from '@holdfast/machines';
import {
  noteSession,
  releaseSession,
  type ControlledSsh,
} from '../../../release/session-commands.ts';
import type { ServerSession } from '../../../release/server-session.ts';
import { readNote, removeNote, writeNote, type NoteOwner } from '../../../release/session-note.ts';
import { systemErrorText } from '../../../system-error.ts';
import type { FleetFact } from '../../fleet-event.ts';
import type { ManagedSpec } from '../../fleet-tunnel.ts';
import { fileNameOf } from './control-folder.ts';
import type { FleetShared } from '../shared.ts';

/** What the session of one ssh belongs to. */
export interface SessionRun {
  readonly owner: { readonly spec: ManagedSpec };
  readonly shared: Pick<FleetShared, 'ssh' | 'env' | 'sessionsDir' | 'tell'>;
}

/** Over which ssh a session is asked for, and where it is noted. */
interface Place {
  readonly ssh: ControlledSsh;
  readonly note: string;
}

/** What ssh says when the server gives it no session for a command. OpenSSH's server says it of nothing else. */
const NO_SESSION = /^channel \d+: open failed: connect failed: open failed\r?\n?$/;

/** Whose session is noted: that of the ssh that was last given its remote forwards. */
const last = new WeakMap<SessionRun['owner'], OwnSession>();

/**
 * The session of one ssh at its server, for a tunnel with `release = true`: which process it is is noted as soon as the ssh has its remote
 * forwards. And when the server refuses these, the session that is noted, of an ssh before this one, is ended there: it is dead, since no
 * tunnel has two ssh with forwards, and holds the port until the server finds out.
 *
 * No note is written over that of a session which may still hold a port.
 */
export class OwnSession {
  readonly #run: SessionRun;
  /** How many commands the server may have refused a session for. */
  #asked = 0;

  constructor(run: SessionRun) {
    this.#run = run;
  }

  /**
   * Opens remote forwards on an ssh that has logged in, and once more if an old session was in the way. The note is not waited for.
   *
   * @param open - asks for them; to ask again for those that are there does no harm.
   * @returns why they are not there.
   */
  async openRemote(
    controlPath: string,
    open: () => Promise<FailureReport | undefined>,
  ): Promise<FailureReport | undefined> {
    const { sessionsDir } = this.#run.shared;
    if (!this.#run.owner.spec.release || sessionsDir === undefined) return await open();
    const place = { ssh: this.#ssh(controlPath), note: this.#noteIn(sessionsDir) };
    const refused = await open();
    const isFree = refused?.class === 'remote-port-held' && (await this.#releaseOld(place));
    const failure = isFree ? await open() : refused;
    if (failure === undefined) void this.#note(place);
    return failure;
  }

  /** Whether a line of ssh is about a command of this session, and not about a connection through the tunnel. */
  isAbout(line: string): boolean {
    if (this.#asked === 0 || !NO_SESSION.test(line)) return false;
    this.#asked -= 1;
    return true;
  }

  #ssh(controlPath: string): ControlledSsh {
    const { owner, shared } = this.#run;
    const { ssh: program, env = process.env } = shared;
    return { program, controlPath, host: owner.spec.host, env };
  }

  #noteIn(folder: string): string {
    return join(folder, `${fileNameOf(this.#run.owner.spec.name)}.json`);
  }

  #tell(fact: FleetFact): void {
    this.#run.shared.tell(this.#run.owner.spec.name, fact);
  }

  /** Whether it is gone, so that its ports are free. */
  async #releaseOld({ ssh, note }: Place): Promise<boolean> {
    const old = readNote(note, this.#noteOwner());
    if (old === undefined) return false;
    this.#asked += 1;
    const answer = await releaseSession(ssh, old);
    const pid = Number(old.pid);
    switch (answer.outcome) {
      case 'released':
      case 'gone':
        removeNote(note);
        this.#tell({ type: 'session.released', pid, hadEnded: answer.outcome === 'gone' });
        return true;
      case 'not-ours':
        // Another process has its pid: it has ended. Of the rest some may be another machine under the same name.
        if (answer.part === 'start') removeNote(note);
        this.#tell({ type: 'session.kept', pid, reason: answer.part });
        return false;
      case 'cannot':
        this.#tell({ type: 'session.kept', pid, reason: answer.why });
        return false;
    }
  }

  async #note({ ssh, note }: Place): Promise<void> {
    const { owner } = this.#run;
    last.set(owner, this);
    this.#asked += 1;
    const answer = await noteSession(ssh);
    if (last.get(owner) !== this) return;
    if ('session' in answer) return this.#write(note, answer.session);
    // The one before holds nothing any more: all is here.
    removeNote(note);
    // An ssh that has ended says nothing about its account.
    if (!existsSync(ssh.controlPath)) return;
    this.#tell({ type: 'session.unnoted', reason: answer.cannot });
  }

  #write(note: string, session: ServerSession): void {
    try {
      writeNote(note, this.#noteOwner(), session);
    } catch (error) {
      this.#tell({
        type: 'session.unnoted',
        reason: 'not-written',
        problem: systemErrorText(error),
      });
    }
  }

  #noteOwner(): NoteOwner {
    const { name: tunnel, host } = this.#run.owner.spec;
    return { tunnel, host };
  }
}
