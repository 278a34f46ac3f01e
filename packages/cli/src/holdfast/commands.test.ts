import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { bundleOf } from './bundles/bundle-of.ts';
import {
  CLIENT_BODIES,
  FILE_BODIES,
  INSPECTOR_BODIES,
  SUPERVISOR_BODIES,
} from './bundles/programs.ts';
import { isShown, type Command } from './command-line/command.ts';
import { formatHelp, formatOverview } from './command-line/help.ts';
import { parseWords } from './command-line/parse-words.ts';
import { renderCommandsPage } from './commands-page.ts';
import { ALL_COMMANDS, COMMANDS } from './commands.ts';
import { runHoldfast } from './run-holdfast.ts';
import { captureTerminal } from './testing/captured-terminal.ts';

const ALL = Object.entries<Command>(COMMANDS);
const README = new URL('../../../../README.md', import.meta.url);
const PAGE = new URL('../../../../docs/holdfast.md', import.meta.url);

describe.each(ALL)('holdfast %s', (name, command) => {
  it('is called by its name', () => {
    expect(command.name).toBe(name);
  });

  it('has help with its options, examples and exit status, no wider than 80 columns', () => {
    const help = formatHelp(command);
    for (const option of Object.keys(command.options)) expect(help).toContain(`--${option}`);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { line } of command.examples) expect(help).toContain(line);
    expect(command.exits[0]?.status).toBe(0);
    for (const { status, when } of command.exits) expect(help, when).toContain(`${status}`);
    const prose = help.split('\n').filter((line) => !line.startsWith('  '));
    for (const line of prose) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('has examples that are understood', () => {
    for (const { line } of command.examples) {
      const words = / holdfast (.*)|^holdfast (.*)/.exec(` ${line}`)?.[1] ?? '';
      const own = words
        .split(/ [|>]|\)/)[0]!
        .replaceAll(/['"]/g, '')
        .split(' ')
        .slice(1);
      if (line.includes('$EDITOR') || own.length === 0) continue;
      expect(() => parseWords(command, own.filter(Boolean)), line).not.toThrow();
    }
  });

  it('speaks in sentences that fit together', () => {
    expect(command.summary).toMatch(/^[a-z].*[^.]$/);
    for (const { when } of command.exits) expect(when).toMatch(/^[a-z].*[^.]$/);
    for (const { summary } of Object.values(command.options))
      expect(summary).toMatch(/^[a-z].*[^.]$/);
    for (const paragraph of command.about) expect(paragraph).toMatch(/\.$/);
  });

  it('does something, in the bundle that has it', () => {
    const bundles = {
      client: CLIENT_BODIES,
      file: FILE_BODIES,
      supervisor: SUPERVISOR_BODIES,
      inspector: INSPECTOR_BODIES,
    };
    expect(Object.keys(bundles[bundleOf(name)])).toContain(name);
  });
});

describe('all commands', () => {
  it('are in the overview, but for those of programs', () => {
    const overview = formatOverview(ALL_COMMANDS);
    for (const { name, summary } of ALL_COMMANDS.filter(isShown)) {
      expect(overview.replaceAll(/\s+/g, ' ')).toContain(`${name} ${summary}`.slice(0, 40));
    }
    expect(overview).not.toContain('complete-names');
    for (const line of overview.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('are on docs/holdfast.md (if not: node packages/cli/scripts/write-commands.mjs)', async () => {
    const style = { ...(await resolveConfig(PAGE)), parser: 'markdown' };
    expect(readFileSync(PAGE, 'utf8')).toBe(await format(renderCommandsPage(), style));
  });

  it('are in the table of the README, and nothing else is', () => {
    const [, table = ''] =
      /\n## The commands\n\n((?:\|.*\n)+)/.exec(readFileSync(README, 'utf8')) ?? [];
    const named = [...table.matchAll(/^\| `(\S+)` /gm)].map(([, name]) => name);
    const shown = ALL_COMMANDS.filter(isShown).map(({ name }) => name);
    expect(named.toSorted()).toEqual(shown.filter((name) => name !== 'help').toSorted());
  });
});

describe('an error', () => {
  const HOSTILE = 'a\u001B[2J\u009B\u007Fb';

  it('that nobody has thought of steers no terminal, neither as text nor as JSON', async () => {
    const terminal = captureTerminal();
    const bodies = {
      status: () => {
        throw new Error(HOSTILE);
      },
    };
    const invocation = { terminal, env: {}, script: '' };
    expect(await runHoldfast(bodies, ['status', '--json'], invocation)).toBe(1);
    for (const text of [terminal.stdout(), terminal.stderr()]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    }
    expect(JSON.parse(terminal.stdout())).toEqual({
      error: { code: 'internal', message: `Error: ${HOSTILE}` },
    });
  });
});
