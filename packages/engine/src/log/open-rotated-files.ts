import { fileId, openLines, type LineSource } from './line-source.ts';
import { fullFile, fullFileNumbers } from './rotating-file-names.ts';

/** A rotation takes less than a millisecond. A log in which one follows the other so closely cannot be read without gaps. */
const MOST_TRIES = 20;

/**
 * Opens all files of a log that is rotated, youngest first; none if there are none.
 *
 * In the middle of a rotation a file can be found twice or not at all: then they are opened again. Throws the system's error when one cannot
 * be read.
 *
 * @internal For the packages of Holdfast.
 */
export function openRotatedFiles(path: string): readonly LineSource[] {
  for (let tries = 1; ; tries += 1) {
    const places = placesOf(path);
    const before = whatIsAt(places);
    const sources = openAll(places);
    if (whatIsAt(placesOf(path)) === before || tries === MOST_TRIES) return sources;
    closeAll(sources);
  }
}

function placesOf(path: string): readonly string[] {
  return [path, ...fullFileNumbers(path).map((number) => fullFile(path, number))];
}

function whatIsAt(places: readonly string[]): string {
  return places.map((place) => `${place} ${fileId(place)}`).join('\n');
}

function openAll(places: readonly string[]): readonly LineSource[] {
  const sources: LineSource[] = [];
  try {
    for (const place of places) {
      const source = openLines(place);
      if (source !== undefined) sources.push(source);
    }
    return sources;
  } catch (error) {
    closeAll(sources);
    throw error;
  }
}

/**
 * Closes all.
 *
 * @internal For the packages of Holdfast.
 */
export function closeAll(sources: readonly LineSource[]): void {
  for (const source of sources) source.close();
}
