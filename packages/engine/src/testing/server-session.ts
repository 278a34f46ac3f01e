import type { ServerSession } from '../release/server-session.ts';

/** A session as a server tells of one. */
export const SESSION: ServerSession = {
  boot: '93f8b512-7242-4b51-b09f-e83605ea7730',
  pidNamespace: '4026531836',
  uid: '1000',
  pid: '811',
  start: '4092854',
  name: 'sshd',
};
