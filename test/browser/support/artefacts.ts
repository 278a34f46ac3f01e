import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../artefacts');

/** Where pictures and numbers are kept for whoever looks at a run; git passes it over. */
export function artefact(name: string): string {
  mkdirSync(FOLDER, { recursive: true });
  return join(FOLDER, name);
}

/** Keeps a text there. */
export function writeArtefact(name: string, text: string): void {
  writeFileSync(artefact(name), text);
}
