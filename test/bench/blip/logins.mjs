// What the server sees: a login for each tunnel and no more while all is well; in a blip, when every packet of all lines is lost for 8 s, at
// most one more for each; and with 100 tunnels to one host, one. None may be broken off half-way: servers count those against a client.
import { setTimeout as sleep } from 'node:timers/promises';
import { FACTS, TRIALS, withStage } from '../support/blip-stage.mjs';
import { createHoldfast, tunnelName } from '../support/holdfast-contender.ts';
import { boundLine, comparisonLine } from '../support/measure.mjs';
import { progress } from '../support/progress.mjs';
import { countFacts, tellShortfall } from '../support/heard-events.ts';
import { timesToBytes } from '../support/trial.ts';

const BLIP_SECONDS = 8;
const CALM_SECONDS = 60;
const LONG_CALM_SECONDS = 600;
const MANY = 100;
/** One challenger speaks for a whole host. */
const MANY_MOST = 1;
/** A second login may take as long until it is through. */
const AFTERMATH_MS = 30_000;

function countLogins(server) {
  const log = server.sshd.log();
  const count = (text) => log.match(text)?.length ?? 0;
  return { accepted: count(/Accepted publickey/g), brokenOff: count(/\[preauth\]/g) };
}

/** Loses every packet for a while; the logins that this cost, and the ssh that were ended for it. */
async function blip({ contender, forwards }, { server }, mostLogins) {
  const before = countLogins(server);
  const mark = contender.events.length;
  await Promise.all(server.lines.map((line) => server.lose(line)));
  await sleep(BLIP_SECONDS * 1000);
  await Promise.all(server.lines.map((line) => server.deliver(line)));
  await timesToBytes(forwards, performance.now(), { everyMs: 100 });
  await sleep(AFTERMATH_MS);
  const after = countLogins(server);
  const events = contender.events.slice(mark);
  const switches = countFacts(events, FACTS.switched) + countFacts(events, FACTS.ended);
  const logins = after.accepted - before.accepted;
  const brokenOff = after.brokenOff - before.brokenOff;
  if (logins > mostLogins || brokenOff > 0) {
    const what = `a blip: ${switches} ended, ${logins} logins, ${brokenOff} broken off`;
    const unlucky = events.find(({ fact }) => FACTS.switched.test(fact.type))?.tunnel;
    tellShortfall(what, events, unlucky ?? tunnelName(forwards[0]));
  }
  return { logins, brokenOff, switches };
}

function blipLines(name, { logins, brokenOff, switches }, mostLogins) {
  return [
    boundLine(`${name}: logins more`, logins, mostLogins, 'logins'),
    boundLine(`${name}: logins broken off`, brokenOff, 0, 'logins'),
    // No stream is open: whoever is switched loses nothing.
    comparisonLine(`${name}: ssh ended or switched`, switches, 'times'),
  ];
}

function measureFew(calmSeconds) {
  return withStage([createHoldfast()], async ([player], trial) => {
    progress(`nothing happens for ${calmSeconds} s`);
    await sleep(calmSeconds * 1000);
    const { accepted } = countLogins(trial.server);
    const calm = `logins of ${TRIALS} tunnels in ${calmSeconds} s without faults`;
    progress(`every packet is lost for ${BLIP_SECONDS} s`);
    const cost = await blip(player, trial, TRIALS);
    const name = `loss of ${BLIP_SECONDS} s, ${TRIALS} tunnels to as many hosts`;
    return [boundLine(calm, accepted, TRIALS, 'logins'), ...blipLines(name, cost, TRIALS)];
  });
}

function measureMany() {
  const play = async ([player], trial) =>
    blipLines(
      `loss of ${BLIP_SECONDS} s, ${MANY} tunnels to one host`,
      await blip(player, trial, MANY_MOST),
      MANY_MOST,
    );
  return withStage([createHoldfast()], play, { trials: MANY, lines: 1 });
}

export async function measureLogins({ isLong }) {
  const few = await measureFew(isLong ? LONG_CALM_SECONDS : CALM_SECONDS);
  return [...few, ...(await measureMany())];
}
