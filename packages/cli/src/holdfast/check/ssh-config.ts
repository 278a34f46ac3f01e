import { findProgram } from '@holdfast/engine/parts';
import { settingOf, type Finding, type FindingText, type TunnelLook } from './look.ts';

/**
 * What ssh_config says about the host that a supervised ssh does not get, or that is in its way.
 *
 * @see docs/decisions/0011-ssh-config-under-a-supervisor.md
 */
export function checkSshConfig({
  tunnel,
  settings,
  ownKeywords,
  env,
}: TunnelLook): readonly Finding[] {
  const found: FindingText[] = [];
  const setting = (keyword: string) =>
    ownKeywords.has(keyword) ? undefined : settingOf(settings, keyword);
  const isOn = (keyword: string) => /^(?:yes|true)$/.test(setting(keyword) ?? '');
  if (isOn('clearallforwardings') && tunnel.forwards.length > 0) {
    found.push({
      verdict: 'warning',
      sentence:
        'ssh_config has ClearAllForwardings for this host; Holdfast overrides it, so the forwards in ssh_config are made as well',
      remedy: 'remove ClearAllForwardings from ssh_config',
    });
  }
  if (/^(?:quiet|silent|fatal)$/i.test(setting('loglevel') ?? '')) {
    found.push({
      verdict: 'warning',
      sentence: `ssh_config has LogLevel ${setting('loglevel')}; Holdfast overrides it, but what the ssh to a jump host says about a failure is lost`,
      remedy: 'remove LogLevel from ssh_config',
    });
  }
  if (isOn('forkafterauthentication')) {
    found.push({
      verdict: 'warning',
      sentence:
        'ssh_config has ForkAfterAuthentication, which would send ssh to the background; Holdfast overrides it',
      remedy: 'remove ForkAfterAuthentication from ssh_config',
    });
  }
  if (isOn('permitlocalcommand') && settingOf(settings, 'localcommand') !== undefined) {
    found.push({
      verdict: 'warning',
      sentence: `ssh carries nothing until its LocalCommand has ended: ${settingOf(settings, 'localcommand')}`,
      remedy: 'make it return at once, or set PermitLocalCommand=no in options',
    });
  }
  found.push(...missingProxy(settingOf(settings, 'proxycommand'), env));
  return found.map((each) => ({ ...each, about: 'settings' }));
}

/** Only where the command begins with the name of a program, and not with a word of the shell. */
function missingProxy(command: string | undefined, env: NodeJS.ProcessEnv): readonly FindingText[] {
  const [, program] = /^\s*(?:exec\s+)?([\w./+-]+)(?:\s|$)/.exec(command ?? '') ?? [];
  if (program === undefined || SHELL_WORDS.has(program)) return [];
  const found = findProgram(program, env['PATH']);
  if (!('problem' in found)) return [];
  return [
    {
      verdict: 'problem',
      sentence: `cannot run the program of ProxyCommand: ${program}: ${found.problem}`,
      remedy: `install ${program}, or write its path in ssh_config`,
    },
  ];
}

const SHELL_WORDS = new Set([
  'if',
  'test',
  'cd',
  'eval',
  'set',
  'export',
  'command',
  'for',
  'while',
  'case',
  '.',
  'source',
  'ulimit',
  'umask',
  'echo',
  'type',
  'exec',
]);
