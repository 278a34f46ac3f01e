import { loadTunnels, type ExistingTunnel } from '@holdfast/config';
import { fstatSync } from 'node:fs';
import type { Environment } from '../body.ts';
import { readTunnelsText } from './open-tunnels-file.ts';
import { configPath } from './read-tunnels.ts';

const STDOUT = 1;

/**
 * What is in the file already that the output of `import` is meant for: the file that stdout is appended to, or else the usual one.
 *
 * Of a file that does not load only the names count.
 */
export function existingTunnels(env: Environment): readonly ExistingTunnel[] {
  const text = fstatSync(STDOUT).isFile()
    ? readQuietly(`/proc/self/fd/${STDOUT}`)
    : readQuietly(configPath(env, undefined));
  const { tunnels } = loadTunnels({ text, file: '' });
  return tunnels ?? namesIn(text).map((name) => ({ ...NOTHING_ELSE, name }));
}

const NOTHING_ELSE = { host: '', forwards: [], options: [], enabled: false };

function readQuietly(path: string): string {
  try {
    return readTunnelsText(path);
  } catch {
    return '';
  }
}

function namesIn(text: string): readonly string[] {
  const tables = text.matchAll(/^\s*\[tunnels\.(?:"([^"\n]*)"|([^\]\n.]+))\]/gm);
  return [...tables].map(([, quoted, plain]) => quoted ?? plain!.trim());
}
