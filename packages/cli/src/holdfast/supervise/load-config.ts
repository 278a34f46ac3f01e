import { close, readFile } from 'node:fs';
import { promisify } from 'node:util';
import { loadTunnels } from '@holdfast/config';
import type { LoadedConfig } from '@holdfast/control';
import { systemErrorText } from '@holdfast/engine';
import { openTunnelsFile } from '../file/open-tunnels-file.ts';

/** Reads the file of tunnels for the supervisor. */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  try {
    const { tunnels, errors } = loadTunnels({ text: await readText(path), file: path });
    return tunnels === undefined ? { kind: 'invalid', errors } : { kind: 'loaded', tunnels };
  } catch (error) {
    return { kind: 'unreadable', sentence: `${path} cannot be read: ${systemErrorText(error)}` };
  }
}

async function readText(path: string): Promise<string> {
  const descriptor = openTunnelsFile(path);
  try {
    return await promisify(readFile)(descriptor, 'utf8');
  } finally {
    await promisify(close)(descriptor);
  }
}
