import { tunnelsJsonSchema } from '@holdfast/config';
import { existsSync } from 'node:fs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { say, sayJson } from '../terminal/say.ts';
import { configPath, readTunnels } from './read-tunnels.ts';
import { selectByPatterns } from './select-by-patterns.ts';
import { formatTunnels } from './toml-text.ts';

type ConfigContext = ContextOf<'config'>;

const PARTS = { show: showTunnels, path: showPath, schema: showSchema } as const;

export function runConfig(context: ConfigContext): number {
  PARTS[context.operands[0] as keyof typeof PARTS](context);
  return HOLDFAST_EXIT.ok;
}

function showTunnels({ env, values, operands, terminal }: ConfigContext): void {
  const file = readTunnels(configPath(env, values.config));
  const tunnels = selectByPatterns(operands.slice(1), file.tunnels);
  if (values.json === true) sayJson(terminal, { tunnels });
  else terminal.out(formatTunnels(tunnels));
}

function showPath({ env, values, terminal }: ConfigContext): void {
  const path = configPath(env, values.config);
  if (values.json === true) sayJson(terminal, { path, exists: existsSync(path) });
  else say(terminal, path);
}

function showSchema({ terminal }: ConfigContext): void {
  terminal.out(`${JSON.stringify(tunnelsJsonSchema(), null, 2)}\n`);
}
