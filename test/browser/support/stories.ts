import type { ScriptedTunnel } from './scripted-tunnel.ts';

/** How long the stories go back. */
export const PAST_MS = 2 * 3_600_000;

/** Healthy for two hours with a probe every 20 s, and one freeze of the line, 3 minutes before the present. */
export function tellFreeze(tunnel: ScriptedTunnel, nowMs: number): void {
  const freezeMs = nowMs - 180_000;
  begin(tunnel, nowMs - PAST_MS);
  for (let atMs = nowMs - PAST_MS + 20_000; atMs < freezeMs - 5000; atMs += 20_000)
    probe(tunnel, atMs);
  tunnel.play('poll', freezeMs);
  tunnel.play('miss', freezeMs + 1000);
  tunnel.play('death', freezeMs + 2000);
  tunnel.play('ended', freezeMs + 2100, {
    failureClass: 'dropped',
    failureSentence: 'the server did not answer two probes',
    nextStartAtMs: freezeMs + 12_700,
  });
  begin(tunnel, freezeMs + 12_700);
  for (let atMs = freezeMs + 20_000; atMs < nowMs - 3000; atMs += 20_000) probe(tunnel, atMs);
}

/** A blip that costs nothing, and a dead connection that a second one takes the place of, 4 and 2 minutes before the present. */
export function tellSwitch(tunnel: ScriptedTunnel, nowMs: number): void {
  begin(tunnel, nowMs - 900_000);
  const doubt = (atMs: number) => {
    tunnel.play('poll', atMs);
    tunnel.play('doubt', atMs + 1000);
    tunnel.play('challenge', atMs + 1010);
  };
  doubt(nowMs - 240_000);
  tunnel.play('answer', nowMs - 238_500, { roundTripMs: 1500 });
  doubt(nowMs - 120_000);
  tunnel.play('outvote', nowMs - 118_600);
  tunnel.play('giveUp', nowMs - 115_600);
  tunnel.play('switch', nowMs - 115_500);
  tunnel.play('ready', nowMs - 115_400);
  tunnel.play('answer', nowMs - 115_380, { roundTripMs: 13 });
  for (let atMs = nowMs - 100_000; atMs < nowMs - 3000; atMs += 20_000) probe(tunnel, atMs);
}

/** It starts, logs in, and the first probe is answered. */
export function begin(tunnel: ScriptedTunnel, atMs: number): void {
  tunnel.play('add', atMs);
  tunnel.play('grant', atMs + 10);
  tunnel.play('ready', atMs + 400);
  tunnel.play('answer', atMs + 412, { roundTripMs: 12 });
}

/** A probe, answered at once; how quickly differs a little, always in the same way. */
export function probe(tunnel: ScriptedTunnel, atMs: number): void {
  const tookMs = 11 + 4 * Math.sin(atMs / 90_000) + (Math.floor(atMs / 20_000) % 7 === 0 ? 9 : 0);
  tunnel.play('poll', atMs);
  tunnel.play('answer', atMs + tookMs, { roundTripMs: tookMs });
}

/** It is up for a while, then refused, and waits. */
export function tellRefusal(tunnel: ScriptedTunnel, nowMs: number): void {
  begin(tunnel, nowMs - 600_000);
  probe(tunnel, nowMs - 300_000);
  tunnel.play('refused', nowMs - 42_000, {
    failureClass: 'unreachable',
    failureSentence: 'bastion refused the connection',
    nextStartAtMs: nowMs + 3_600_000,
  });
}

/** The host's key has changed: nothing is tried any more. */
export function tellHostKey(tunnel: ScriptedTunnel, nowMs: number): void {
  tunnel.play('grant', nowMs - 95_000);
  tunnel.play('gaveUp', nowMs - 94_000, {
    failureClass: 'host-key-changed',
    failureSentence: 'the key of the host has changed',
    needsAttention: true,
  });
}

/** Healthy, but a check fails. */
export function tellDegraded(tunnel: ScriptedTunnel, nowMs: number): void {
  begin(tunnel, nowMs - 900_000);
  for (let atMs = nowMs - 800_000; atMs < nowMs - 10_000; atMs += 20_000) probe(tunnel, atMs);
  tunnel.play('poll', nowMs - 9000);
  tunnel.play('answer', nowMs - 8900, { roundTripMs: 31, isDegraded: true });
}

/** Told to stop, an hour ago. */
export function tellStopped(tunnel: ScriptedTunnel, nowMs: number): void {
  begin(tunnel, nowMs - 5_000_000);
  tunnel.play('stop', nowMs - 3_600_000);
  tunnel.play('stopped', nowMs - 3_599_000);
}

/** On its way for some seconds. */
export function tellConnecting(tunnel: ScriptedTunnel, nowMs: number): void {
  tunnel.play('add', nowMs - 4000);
  tunnel.play('grant', nowMs - 3000);
}
