import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSameProcess, type ProcessIdentity } from './process-identity.ts';

/** Who makes a claim. */
export interface Claimant extends ProcessIdentity {
  /** Where it can be reached. Default: it does not say. */
  readonly place?: string | undefined;
}

/** A file in a lock's folder that says which process wants or has the lock. */
export interface Claim {
  /** The name of the file. */
  readonly number: number;
  /** Who made it, if that process still runs. */
  readonly pid: number | undefined;
  /** Where whoever made it can be, or could be, reached. */
  readonly place: string | undefined;
}

/** Who runs, as far as the one who asks can see. */
export type Identify = (pid: number) => ProcessIdentity | undefined;

/** Every claim that is there now. */
export function readClaims(folder: string, identify: Identify): readonly Claim[] {
  const numbers = readdirSync(folder).filter((name) => /^[1-9]\d{0,14}$/.test(name));
  return numbers.flatMap((name) => {
    const text = readClaimFile(join(folder, name));
    return text === undefined ? [] : [{ number: Number(name), ...readClaim(text, identify) }];
  });
}

/** Makes a claim under this number, complete from its first moment on; `false`: the number is taken. */
export function makeClaim(folder: string, number: number, owner: Claimant): boolean {
  const draft = join(folder, `draft-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  try {
    linkSync(draft, join(folder, String(number)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Says something else in a claim that is one's own; all of it at once. */
export function rewriteClaim(folder: string, number: number, owner: Claimant): void {
  const draft = join(folder, `draft-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  renameSync(draft, join(folder, String(number)));
}

/** Whether a claim is there, and is still of this process. */
export function isClaimOf(folder: string, number: number, owner: ProcessIdentity): boolean {
  try {
    const text = readClaimFile(join(folder, String(number)));
    return text !== undefined && isSameProcess(JSON.parse(text) as ProcessIdentity, owner);
  } catch {
    return false;
  }
}

export function removeClaim(folder: string, number: number): void {
  rmSync(join(folder, String(number)), { force: true });
}

function readClaimFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Claims are never seen half-written: one that cannot be read was damaged after its time. */
function readClaim(text: string, identify: Identify): Omit<Claim, 'number'> {
  const nobody = { pid: undefined, place: undefined };
  try {
    const { pid, startTime, bootId, place: told } = JSON.parse(text) as Claimant;
    const place = typeof told === 'string' && told.startsWith('/') ? told : undefined;
    if (!Number.isInteger(pid) || pid <= 0) return nobody;
    const lives = isSameProcess({ pid, startTime, bootId }, identify(pid));
    return { pid: lives ? pid : undefined, place };
  } catch {
    return nobody;
  }
}
