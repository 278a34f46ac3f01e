import { getSystemErrorMap } from 'node:util';

/** What the system says about a failed call, in the words of C's `strerror`: `No such file or directory`. */
export function systemErrorText(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  const text = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
  return text === undefined ? String(message) : text[0]!.toUpperCase() + text.slice(1);
}
