import { describe, expect, test } from 'vitest';
import { createVirtualLoopback, type Holder } from './virtual-loopback.ts';

const held: Holder = { kind: 'held' };

function clientOf(owner: object): Holder {
  return {
    kind: 'client',
    owner,
    open: () => Promise.reject(new Error('not opened in this test')),
  };
}

describe('the virtual loopback', () => {
  test('gives a port to the first who asks', () => {
    const loopback = createVirtualLoopback();
    expect(loopback.listen(80, held)).toBe(80);
    expect(loopback.listen(80, clientOf({}))).toBeUndefined();
    expect(loopback.get(80)).toBe(held);
  });

  test('chooses a free port for 0, each time another', () => {
    const loopback = createVirtualLoopback();
    const ports = [loopback.listen(0, held), loopback.listen(0, held)];
    expect(new Set(ports).size).toBe(2);
    expect(ports).not.toContain(0);
  });

  test('lets a client give back only its own ports', () => {
    const loopback = createVirtualLoopback();
    const [one, other] = [{}, {}];
    loopback.listen(80, clientOf(one));
    expect(loopback.release(80, other)).toBe(false);
    expect(loopback.release(80, one)).toBe(true);
    expect(loopback.get(80)).toBeUndefined();
  });

  test('frees all ports of a client that went, and no others', () => {
    const loopback = createVirtualLoopback();
    const [one, other] = [{}, {}];
    loopback.listen(80, clientOf(one));
    loopback.listen(81, clientOf(other));
    loopback.listen(82, clientOf(one));
    loopback.listen(83, held);
    loopback.releaseAll(one);
    expect(loopback.clientPorts()).toEqual([81]);
    expect(loopback.get(83)).toBe(held);
  });
});
