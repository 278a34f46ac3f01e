import { tunnelsJsonSchema, writeSettings, writeTunnels } from '@holdfast/config';
import { existsSync } from 'node:fs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import {
  BAD_FILE,
  CONFIG_OPTION,
  defineCommand,
  DONE,
  HELP_OPTION,
  JSON_OPTION,
  USAGE,
} from '../command-line/command.ts';
import type { ContextOf } from '../context.ts';
import { say, sayJson } from '../terminal/say.ts';
import { configPath, readTunnels } from '../tunnels-file/read-tunnels.ts';
import { selectByPatterns } from '../tunnels-file/select-tunnels.ts';

export const config = defineCommand({
  name: 'config',
  summary: 'print the tunnels as they are understood, where their file is, or its schema',
  about: [
    'show prints the tunnels of the file with the defaults filled in, path where the file is, schema the JSON Schema for editors.',
  ],
  operands: [
    { label: 'WHAT', kind: 'text', choices: ['show', 'path', 'schema'] },
    { label: 'NAME', kind: 'tunnel', isOptional: true, isRepeated: true },
  ],
  options: { ...CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast config show db', does: 'one tunnel with all its settings' },
    { line: '$EDITOR "$(holdfast config path)"', does: 'edit the file' },
    { line: 'holdfast config schema > tunnels.schema.json', does: 'for an editor' },
  ],
  exits: [
    DONE,
    { status: HOLDFAST_EXIT.error, when: 'no such tunnel' },
    USAGE,
    { ...BAD_FILE, when: 'with show: the tunnels file cannot be read, or has errors' },
  ],
  json: '`show`: `{ "tunnels": [Tunnel...], "settings" }`; `path`: `{ "path", "exists" }`; `schema` is always JSON',
});

type ConfigContext = ContextOf<typeof config>;

const PARTS = { show: showTunnels, path: showPath, schema: showSchema } as const;

export function runConfig(context: ConfigContext): number {
  PARTS[context.operands[0] as keyof typeof PARTS](context);
  return HOLDFAST_EXIT.ok;
}

function showTunnels({ env, values, operands, terminal }: ConfigContext): void {
  const file = readTunnels(configPath(env, values.config));
  const tunnels = selectByPatterns(operands.slice(1), file.tunnels);
  const { settings } = file;
  if (values.json === true) sayJson(terminal, { tunnels, settings });
  else if (operands.length > 1) terminal.out(writeTunnels(tunnels));
  else terminal.out(`${writeSettings(settings)}${writeTunnels(tunnels)}`);
}

function showPath({ env, values, terminal }: ConfigContext): void {
  const path = configPath(env, values.config);
  if (values.json === true) sayJson(terminal, { path, exists: existsSync(path) });
  else say(terminal, path);
}

function showSchema({ terminal }: ConfigContext): void {
  terminal.out(`${JSON.stringify(tunnelsJsonSchema(), null, 2)}\n`);
}
