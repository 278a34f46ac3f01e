import { networkInterfaces } from 'node:os';
import { NamespaceReadings } from '../listeners/namespace-readings.ts';

const readings = new NamespaceReadings(
  () =>
    new Set(
      Object.values(networkInterfaces()).flatMap((infos) =>
        (infos ?? []).map(({ address }) => address),
      ),
    ),
);

/**
 * Whether this machine has an address, on an interface that is up and has its line; all of loopback counts as one's own.
 *
 * @param address - in its shortest form, as `readAddress` gives it.
 * @param sinceMs - how old the answer may be: see {@link NamespaceReadings}.
 */
export function hasOwnAddress(address: string, sinceMs?: number): boolean {
  return address.startsWith('127.') || readings.of('self', sinceMs).has(address);
}
