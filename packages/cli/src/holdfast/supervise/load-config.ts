import { loadTunnels } from '@holdfast/config';
import type { LoadedConfig } from '@holdfast/control';
import { systemErrorText } from '@holdfast/engine';
import { readFile } from 'node:fs/promises';

/** Reads the file of tunnels for the supervisor. */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  try {
    const { tunnels, errors } = loadTunnels({ text: await readFile(path, 'utf8'), file: path });
    return tunnels === undefined ? { kind: 'invalid', errors } : { kind: 'loaded', tunnels };
  } catch (error) {
    return { kind: 'unreadable', sentence: `${path} cannot be read: ${systemErrorText(error)}` };
  }
}
