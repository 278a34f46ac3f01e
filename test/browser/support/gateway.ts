import {
  scriptedSource,
  type ScriptedSource,
  type ScriptedSourceOptions,
} from './scripted-source.ts';
import {
  probe,
  begin,
  tellConnecting,
  tellDegraded,
  tellFreeze,
  tellHostKey,
  tellRefusal,
  tellStopped,
} from './stories.ts';

const NAMED = [
  ['db-production', 'deploy@bastion.example', tellFreeze],
  ['billing-api', 'deploy@bastion.example', tellRefusal],
  ['build-cache', 'ci@build-7.example', tellDegraded],
  ['camera-north', 'pi@north.example', tellHostKey],
  ['grafana', 'ops@metrics.example', tellStopped],
  ['web-staging', 'deploy@staging.example', tellConnecting],
] as const;

/** A gateway as an operator may have it: some tunnels with a story, and healthy ones up to the number that is asked for. */
export function gateway(count: number, options: ScriptedSourceOptions = {}): ScriptedSource {
  const source = scriptedSource(options);
  const nowMs = Date.now();
  for (const [name, host, tell] of NAMED) tell(source.add(name, host), nowMs);
  for (let index = NAMED.length; index < count; index += 1) {
    const tunnel = source.add(`site-${index}`, `tunnel@site-${index}.example`);
    begin(tunnel, nowMs - 3_000_000 - index * 7000);
    for (let at = 30; at > 0; at -= 1) probe(tunnel, nowMs - at * 20_000 - index * 130);
  }
  return source;
}
