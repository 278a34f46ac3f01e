import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The system's own browser, if there is one in PATH. */
export const chromiumPath = findChromium();

/** What is missing for tests in a browser; `undefined`: nothing. */
export const missingChromium =
  chromiumPath === undefined ? 'needs Chromium: apt-get install chromium' : undefined;

function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
