import {
  defineCommand,
  HELP_OPTION,
  JSON_OPTION,
  NAME,
  SAME_CONFIG_OPTION,
} from '../words/command.ts';
import { NOT_TOLD, DONE, NOT_RUNNING, UNREACHABLE, USAGE } from '../words/exit-meanings.ts';

export const why = defineCommand({
  name: 'why',
  summary: 'explain the state of a tunnel in sentences',
  about: ['What happened, which rule or class of failure decided, what is next and when.'],
  operands: [NAME],
  options: { ...SAME_CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [{ line: 'holdfast why db', does: 'the story of one tunnel' }],
  exits: [DONE, NOT_TOLD, USAGE, NOT_RUNNING, UNREACHABLE],
  json: 'a `WhyReport`',
});
