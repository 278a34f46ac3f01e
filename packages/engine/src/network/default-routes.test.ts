import { describe, expect, test } from 'vitest';
import { routeFingerprint } from './default-routes.ts';

const HEAD4 =
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT   \n';
const LAN4 = 'eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0   \n';
const DEFAULT4 = 'eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0   \n';
const ZERO = '0'.repeat(32);
const GATEWAY6 = `fe80${'0'.repeat(27)}1`;
const DEFAULT6 = `${ZERO} 00 ${ZERO} 00 ${GATEWAY6} 00000400 00000002 00000000 00000003     eth0\n`;
const NOWHERE6 = `${ZERO} 00 ${ZERO} 00 ${ZERO} ffffffff 00000001 00000000 00200200       lo\n`;
const LAN6 = `20010db8${'0'.repeat(24)} 40 ${ZERO} 00 ${ZERO} 00000100 00000001 00000000 00000001     eth0\n`;

function tables(ipv4: string, ipv6: string) {
  return routeFingerprint((path) => (path.endsWith('ipv6_route') ? ipv6 : ipv4));
}

const USUAL = tables(HEAD4 + DEFAULT4 + LAN4, LAN6 + DEFAULT6 + NOWHERE6);

describe('the fingerprint of default routes stays', () => {
  test.each([
    [
      'with more routes to one network',
      HEAD4 + DEFAULT4 + LAN4.replace('eth0', 'br0') + LAN4,
      LAN6,
    ],
    ['without them', HEAD4 + DEFAULT4, ''],
    ['when counters move', HEAD4 + DEFAULT4.replace('\t0003\t0\t0', '\t0003\t7\t93'), LAN6],
  ])('%s', (_, ipv4, ipv6) => {
    expect(tables(ipv4, ipv6 + DEFAULT6 + NOWHERE6)).toBe(USUAL);
  });

  test('when counters of IPv6 move', () => {
    const busy = DEFAULT6.replace('00000002 00000000', '00000009 000000ff');
    expect(tables(DEFAULT4, busy)).toBe(USUAL);
  });

  test('when the kernel lists them in another order', () => {
    const second = DEFAULT4.replace('eth0', 'wlan0');
    expect(tables(DEFAULT4 + second, '')).toBe(tables(second + DEFAULT4, ''));
  });
});

describe('the fingerprint of default routes changes', () => {
  test.each([
    ['when the gateway is another', DEFAULT4.replace('0101A8C0', '0201A8C0'), DEFAULT6],
    ['when the interface is another', DEFAULT4.replace('eth0', 'wlan0'), DEFAULT6],
    ['when the metric is another', DEFAULT4.replace('\t100\t', '\t600\t'), DEFAULT6],
    ['when it is gone', LAN4, DEFAULT6],
    ['when there is a second one', DEFAULT4 + DEFAULT4.replace('eth0', 'tun0'), DEFAULT6],
    ['when that of IPv6 is gone', DEFAULT4, LAN6 + NOWHERE6],
    ['when the gateway of IPv6 is another', DEFAULT4, DEFAULT6.replace('fe80', 'fe90')],
  ])('%s', (_, ipv4, ipv6) => {
    expect(tables(HEAD4 + ipv4, ipv6)).not.toBe(USUAL);
  });
});

test.each([
  ['nothing', ''],
  ['text that is no table', 'eth0\n\t\t\t\n\0\0\0\n'],
  ['half a row', DEFAULT6.slice(0, 40)],
])('%s is no default route', (_, table) => {
  expect(tables(table, table)).toBe('');
});

test('the fingerprint of this machine is the same twice', () => {
  expect(routeFingerprint()).toBe(routeFingerprint());
});
