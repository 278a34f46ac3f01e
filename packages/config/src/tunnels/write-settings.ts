import type { FileSettings } from './schema/keys.ts';
import { type ListenSettings, writeListenAddress } from './schema/listen.ts';
import { tomlText } from './write-tunnels.ts';

/** The settings as a tunnels file has them, with nothing left to the defaults. */
export function writeSettings({ listen }: FileSettings): string {
  const lines = listen === undefined ? [] : ['[listen]', ...listenLines(listen), ''];
  return lines.map((line) => `${line}\n`).join('');
}

function listenLines({ http, remote }: ListenSettings): readonly string[] {
  const address = http === undefined ? [] : [`http = ${tomlText(writeListenAddress(http))}`];
  return [...address, `remote = ${remote}`];
}

/** The tables that say something else than before. */
export function changedSettings(
  before: FileSettings,
  after: FileSettings,
): readonly (keyof FileSettings)[] {
  const keys = ['listen'] as const satisfies readonly (keyof FileSettings)[];
  return keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
