import { isChosen, meet, placeKey } from '@holdfast/config';
import type { TunnelSpec } from '@holdfast/engine';
import { settingOf, type Finding, type SshSettings } from './look.ts';

/** A tunnel with what ssh makes of it. */
export interface SettledHost {
  readonly tunnel: TunnelSpec;
  readonly settings: SshSettings;
}

/**
 * Whether two tunnels ask one server for the same port: by the names in the file they are two, and by what ssh makes of them one.
 *
 * A tunnel is told of those before it.
 */
export function checkSameServer(
  { tunnel, settings }: SettledHost,
  all: readonly SettledHost[],
): readonly Finding[] {
  if (!tunnel.enabled) return [];
  const server = serverOf(settings);
  const before = all.slice(
    0,
    all.findIndex((each) => each.tunnel === tunnel),
  );
  const others = before.filter(
    (other) => other.tunnel.enabled && serverOf(other.settings) === server,
  );
  return [
    ...others.flatMap((other) => sameRemotePorts(tunnel, other.tunnel)),
    ...before
      .filter((other) => other.tunnel.enabled)
      .flatMap((other) => sameConfigForwards({ tunnel, settings }, other)),
  ];
}

/** Behind two jump hosts the same address is two machines. */
function serverOf(settings: SshSettings): string {
  const keys = ['port', 'proxyjump', 'proxycommand'];
  return JSON.stringify([hostOf(settings), ...keys.map((key) => settingOf(settings, key))]);
}

/** One machine has one of these names: as DNS reads them, and all of loopback as one. */
function hostOf(settings: SshSettings): string | undefined {
  const name = settingOf(settings, 'hostname')?.toLowerCase().replace(/\.$/, '');
  return name !== undefined && LOOPBACK.test(name) ? 'localhost' : name;
}

/** @see RFC 6761, 6.3; RFC 4291, 2.5.3 */
const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|(?:0{0,4}:){2,7}0{0,3}1)$/;

function sameRemotePorts(tunnel: TunnelSpec, other: TunnelSpec): readonly Finding[] {
  const remote = ({ forwards }: TunnelSpec) =>
    forwards.filter(({ kind, listen }) => kind === 'remote' && !isChosen(listen));
  return remote(tunnel).flatMap(({ text, listen }) => {
    const same = remote(other).find(
      (each) => placeKey(each.listen) === placeKey(listen) && meet(each.listen, listen),
    );
    if (same === undefined) return [];
    return [
      {
        verdict: 'problem',
        about: 'port',
        sentence: `${text} asks for the same port as ${same.text} of tunnel ${other.name}: ${tunnel.host} and ${other.host} are the same server`,
        remedy: 'choose another port for one of them',
      },
    ];
  });
}

/** Forwards of ssh_config belong to every ssh to their host: the second finds the port taken. */
function sameConfigForwards(one: SettledHost, other: SettledHost): readonly Finding[] {
  const mine = ['localforward', 'dynamicforward'].flatMap((keyword) =>
    (one.settings.get(keyword) ?? []).map((value) => [keyword, value] as const),
  );
  const shared = mine.filter(([keyword, value]) => other.settings.get(keyword)?.includes(value));
  return shared.map(([keyword, value]) => ({
    verdict: 'problem',
    about: 'port',
    sentence: `ssh_config gives both this tunnel and ${other.tunnel.name} the forward ${NAMES[keyword]} ${value}: only one of them can have it`,
    remedy:
      'remove it from ssh_config, and give it to one of the tunnels (holdfast import ~/.ssh/config)',
  }));
}

const NAMES: Readonly<Record<string, string>> = {
  localforward: 'LocalForward',
  dynamicforward: 'DynamicForward',
};
