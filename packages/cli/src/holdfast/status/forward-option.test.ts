import { expect, test } from 'vitest';
import { formatForwardOption } from './forward-option.ts';

test.each([
  ['local', '5432:db:5432', undefined, '-L 5432:db:5432'],
  ['socks', '1080', undefined, '-D 1080'],
  ['remote', '0:web:80', 38347, '-R 0 (38347):web:80'],
  ['remote', '0:web:80', undefined, '-R 0:web:80'],
  ['remote', '0', 38347, '-R 0 (38347)'],
  ['remote', '127.0.0.1:0:web:80', 38347, '-R 127.0.0.1:0 (38347):web:80'],
  ['remote', '[::1]:0:web:80', 38347, '-R [::1]:0 (38347):web:80'],
  ['remote', '*:0:web:80', 38347, '-R *:0 (38347):web:80'],
  ['remote', ':0:10.0.0.0:80', 38347, '-R :0 (38347):10.0.0.0:80'],
  ['remote', '0:/run/a.sock', 38347, '-R 0 (38347):/run/a.sock'],
] as const)('%s %s, to which the server gave %s, is shown as %s', (kind, text, port, shown) => {
  expect(formatForwardOption({ kind, text, ...(port === undefined ? {} : { port }) })).toBe(shown);
});
