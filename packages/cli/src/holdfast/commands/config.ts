import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { CONFIG_OPTION, defineCommand, HELP_OPTION, JSON_OPTION } from '../words/command.ts';
import { BAD_FILE, DONE, USAGE } from '../words/exit-meanings.ts';

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
    { status: HOLDFAST_EXIT.error, when: 'there is no such tunnel' },
    USAGE,
    { ...BAD_FILE, when: 'with show: the file of tunnels cannot be read, or has errors' },
  ],
  json: '`show`: `{ "tunnels": [Tunnel...] }`; `path`: `{ "path", "exists" }`; `schema` is JSON anyway',
});
