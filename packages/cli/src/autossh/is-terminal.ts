import { closeSync, fstatSync, openSync, statSync } from 'node:fs';

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

/** Whether ssh could be waiting for somebody to type: at a terminal, or into a window that it opens (ssh(1), SSH_ASKPASS). */
export function somebodyCanType(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_ASKPASS_REQUIRE } = process.env;
  if (DISPLAY !== undefined || WAYLAND_DISPLAY !== undefined || SSH_ASKPASS_REQUIRE !== undefined)
    return true;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
