import { lstatSync } from 'node:fs';

const OTHERS_RIGHTS = 0o077;

/**
 * What speaks against trusting the files of a folder, in words; `undefined` if nothing does.
 *
 * Whoever else can write there could have any process of this user ended.
 */
export function privacyProblem(folder: string): string | undefined {
  const facts = lstatSync(folder);
  if (!facts.isDirectory()) return 'is no directory';
  if (facts.uid !== process.getuid?.()) return 'belongs to another user';
  return (facts.mode & OTHERS_RIGHTS) === 0 ? undefined : 'is open to other users';
}
