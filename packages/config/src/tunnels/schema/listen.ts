import type { Reading } from '@holdfast/engine/forward';
import { wholeNumbers } from './duration.ts';
import { isTable } from '../raw-value.ts';
import { flag, readAs, table, text } from './parts.ts';

/** Where the supervisor answers over HTTP. */
export interface ListenAddress {
  /** A number, never a name: what a name means can change. */
  readonly host: string;
  readonly port: number;
}

/** `[listen]` of a tunnels file. */
export interface ListenSettings {
  /** `undefined`: nowhere. */
  readonly http?: ListenAddress | undefined;
  /** Whether it may be an address that other machines reach. */
  readonly remote: boolean;
}

const HTTP = 'an address and a port, such as "127.0.0.1:9180" or "[::1]:9180"';
const REMOTE_ALLOWED = 'an address of this machine alone, unless [listen] says remote = true';

const PORT = `0{0,4}(?:${wholeNumbers(1, 65_535).join('|')})`;
const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const HTTP_PATTERN = `^(?:localhost|(?:${OCTET}\\.){3}${OCTET}|\\[[0-9a-fA-F:.]+\\]):${PORT}$`;

/** `[listen]`: what answers over HTTP, and who may ask. */
export const listen = table({
  http: readAs(
    text(HTTP).meta({ pattern: HTTP_PATTERN, examples: ['127.0.0.1:9180'] }),
    readListenAddress,
    HTTP,
  )
    .describe('Where `/livez`, `/readyz` and `/metrics` are answered; without it, nowhere.')
    .optional(),
  remote: flag()
    .default(false)
    .describe(
      'Whether `http` may be an address that other machines reach, such as `0.0.0.0:9180`. Whoever reaches it reads the names and states of all tunnels.',
    ),
})
  .check(({ value, issues }) => {
    const { http, remote } = value;
    // One that was refused already is still the text here.
    if (!isTable(http) || remote || isLoopback(http.host)) return;
    issues.push({
      code: 'custom',
      input: value,
      path: ['http'],
      message: REMOTE_ALLOWED,
      params: { wrong: `other machines reach ${writeListenAddress(http)}` },
    });
  })
  .transform((settings): ListenSettings => settings)
  .describe('What the supervisor answers over HTTP: docs/monitoring.md.');

/** Whether nobody but this machine reaches it. */
export function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.');
}

/** As the file has it. */
export function writeListenAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const ADDRESS = /^(?:\[(?<six>[\da-fA-F:.]+)\]|(?<four>[\d.]+|localhost)):(?<port>\d{1,9})$/;

function readListenAddress(written: string): Reading<ListenAddress> {
  const { six, four, port: digits } = ADDRESS.exec(written)?.groups ?? {};
  const host = four === 'localhost' ? '127.0.0.1' : (six ?? four ?? '');
  if (!isAddress(host)) return { wrong: 'is not an address with a port' };
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? { value: { host, port } } : { wrong: 'has no valid port' };
}

const FOUR = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);

/** The rules of IPv6 are long, and every URL knows them. */
function isAddress(host: string): boolean {
  return host.includes(':') ? URL.canParse(`http://[${host}]`) : FOUR.test(host);
}
