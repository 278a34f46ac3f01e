import type { Listen } from '@holdfast/engine/forward';

/** What two forwards on one machine have to have in common to be in each other's way. */
export function placeKey(listen: Listen): string {
  return listen.kind === 'unix' ? listen.path : String(listen.port);
}

/** Whether the server chooses the port: then it is nobody else's. */
export function isChosen(listen: Listen): boolean {
  return listen.kind === 'tcp' && listen.port === 0;
}

/** Whether two forwards of one {@link placeKey} want to listen at the same place. */
export function meet(one: Listen, other: Listen): boolean {
  if (one.kind === 'unix' || other.kind === 'unix') return one.kind === other.kind;
  const [these, those] = [addresses(one.address), addresses(other.address)];
  const isEverywhere = these === EVERYWHERE || those === EVERYWHERE;
  return isEverywhere || these.some((address) => those.includes(address));
}

const EVERYWHERE: readonly string[] = ['*'];
const LOOPBACK = ['127.0.0.1', '::1'];

/** Without an address ssh listens on both loopback addresses; with an empty one, or `*`, on all. */
function addresses(address: string | undefined): readonly string[] {
  if (address === undefined || address === 'localhost') return LOOPBACK;
  return ['', '*', '0.0.0.0', '::'].includes(address) ? EVERYWHERE : [address];
}
