import type { CommandName } from './commands.ts';

/** Programs that `holdfast` is made of. Each is a bundle with what its commands need, so that a quick one loads little. */
export type GroupName = 'client' | 'file' | 'supervisor' | 'inspector';

/** The commands that need more than a connection to the supervisor. */
const GROUPS = {
  up: 'file',
  logs: 'file',
  check: 'file',
  config: 'file',
  inspect: 'file',
  import: 'file',
  'complete-names': 'file',
  run: 'supervisor',
  supervise: 'supervisor',
  chart: 'inspector',
  record: 'inspector',
  replay: 'inspector',
  report: 'inspector',
} as const satisfies Partial<Record<CommandName, GroupName>>;

type CommandOf<TGroup extends GroupName> = {
  [TName in keyof typeof GROUPS]: (typeof GROUPS)[TName] extends TGroup ? TName : never;
}[keyof typeof GROUPS];

export type FileCommand = CommandOf<'file'>;
export type SupervisorCommand = CommandOf<'supervisor'>;
export type InspectorCommand = CommandOf<'inspector'>;
export type ClientCommand = Exclude<CommandName, keyof typeof GROUPS>;

/** The program that has a command; whatever is no command is dealt with by the quickest. */
export function groupOf(word: string | undefined): GroupName {
  const isListed = word !== undefined && Object.hasOwn(GROUPS, word);
  return isListed ? GROUPS[word as keyof typeof GROUPS] : 'client';
}
