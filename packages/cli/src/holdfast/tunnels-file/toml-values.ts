import type { Check } from '@holdfast/engine';

/** A text as a basic string of TOML, with nothing in it that would steer a terminal. */
export function quoteText(text: string): string {
  return JSON.stringify(text).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return String.raw`\U${character.codePointAt(0)!.toString(16).padStart(8, '0')}`;
}

export function quoteKey(name: string): string {
  return /^[\w-]+$/.test(name) ? name : quoteText(name);
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A time in its largest unit that leaves no rest. */
export function formatTime(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? smallest(ms);
  return quoteText(`${ms / size}${unit}`);
}

/** Nothing is 0 seconds. */
function smallest(ms: number): readonly [unit: string, size: number] {
  return ms === 0 ? ['s', 1000] : ['ms', 1];
}

type Address = Extract<Check['question'], { readonly kind: 'tcp' }>['address'];

/** As `parseAddress` reads it. */
export function formatAddress(address: Address): string {
  if (address.kind === 'unix') return address.path.replaceAll(/[\\:]/g, String.raw`\$&`);
  const { host, port } = address;
  return `${/[:[\]\\]/.test(host) ? `[${host}]` : host}:${port}`;
}
