import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { missingPart } from './missing-part.ts';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const path = PATHS.find((each) => existsSync(each));

/** Why no browser can be used here; `undefined` if one can. */
export const noChromium = missingPart(path === undefined ? 'needs Chromium' : undefined);

/** Starts the system's own Chromium without a window. */
export function startChromium(): Promise<Browser> {
  if (path === undefined) throw new Error('needs Chromium');
  // In a container there are no user namespaces for its sandbox.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
}
