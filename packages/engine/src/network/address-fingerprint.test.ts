import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { addressFingerprint, type Interfaces } from './network-change.ts';

function ipv4(address: string, bits = 24): NetworkInterfaceInfo {
  return {
    address,
    cidr: `${address}/${bits}`,
    family: 'IPv4',
    netmask: '255.255.255.0',
    mac: '02:00:00:00:00:01',
    internal: address.startsWith('127.'),
  };
}

function ipv6(address: string): NetworkInterfaceInfo {
  return {
    address,
    cidr: `${address}/64`,
    family: 'IPv6',
    netmask: 'ffff:ffff:ffff:ffff::',
    mac: '02:00:00:00:00:01',
    internal: address === '::1',
    scopeid: 0,
  };
}

const HOME: Interfaces = {
  lo: [ipv4('127.0.0.1', 8), ipv6('::1')],
  eth0: [ipv4('192.168.1.10'), ipv6('2001:db8::10')],
};

describe('the fingerprint of addresses stays', () => {
  test.each<[title: string, now: Interfaces]>([
    ['when nothing changes', structuredClone(HOME)],
    [
      'when the system lists them in another order',
      { eth0: [...HOME['eth0']!].reverse(), lo: HOME['lo'] },
    ],
    ['without loopback', { eth0: HOME['eth0'] }],
    ['with more of loopback', { ...HOME, lo: [...HOME['lo']!, ipv4('127.0.0.53')] }],
    ['with the link-local address of a new line', { ...HOME, veth1: [ipv6('fe80::1')] }],
    ['with any of fe80::/10', { ...HOME, veth1: [ipv6('febf::1')] }],
    ['with an address that the machine gave itself', { ...HOME, usb0: [ipv4('169.254.7.8', 16)] }],
    ['with an interface without an address', { ...HOME, eth1: [], eth2: undefined }],
  ])('%s', (_, now) => {
    expect(addressFingerprint(now)).toBe(addressFingerprint(HOME));
  });
});

describe('the fingerprint of addresses changes', () => {
  test.each<[title: string, now: Interfaces]>([
    ['when one goes', { ...HOME, eth0: [ipv4('192.168.1.10')] }],
    ['when one comes', { ...HOME, wlan0: [ipv4('10.0.0.2')] }],
    ['when one is another', { ...HOME, eth0: [ipv4('192.168.1.11'), HOME['eth0']![1]!] }],
    [
      'when its network is another',
      { ...HOME, eth0: [ipv4('192.168.1.10', 16), HOME['eth0']![1]!] },
    ],
    ['when it moves to another interface', { lo: HOME['lo'], wlan0: HOME['eth0'] }],
    ['when all are gone', {}],
  ])('%s', (_, now) => {
    expect(addressFingerprint(now)).not.toBe(addressFingerprint(HOME));
  });
});

test('the fingerprint of this machine is the same twice', () => {
  expect(addressFingerprint()).toBe(addressFingerprint());
});
