import { fstatSync, statSync } from 'node:fs';

/** Whether a descriptor of this process is a terminal. */
export function isTerminal(fd: number): boolean {
  try {
    const { rdev } = fstatSync(fd);
    if (rdev === 0 || rdev === statSync('/dev/null').rdev) return false;
    // Loaded only when there is a device: it takes as long as starting ssh.
    return process.getBuiltinModule('node:tty').isatty(fd);
  } catch {
    return false;
  }
}
