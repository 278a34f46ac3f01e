import { connect } from 'node:net';
import { hostname } from 'node:os';
import { expect } from 'vitest';
import type { SshBehaviour } from './support/scenario.ts';
import { type Check, conformance, since14 } from './support/conformance.ts';
import { findListeners, waitForGood, waitForHeartbeats } from './support/heartbeat.ts';
import { occupy } from './support/scenario.ts';

const loop: SshBehaviour = { runs: true, relay: 'loop', onTerm: 255 };
const echo: SshBehaviour = { runs: true, relay: 'echo', onTerm: 255 };
const onPort = '-M {P} -N host';
const onEcho = '-M {P}:7 -N host';
/** Time-out of 1.5 s. */
const poll = { AUTOSSH_POLL: '3' };

/**
 * [rule, first ssh, time-outs of 1.5 s until it is found]
 *
 * A heartbeat that fails: ssh gets SIGTERM and is started again; the second ssh ends with 3.
 */
const failures: [rule: string, ssh: SshBehaviour, timeouts: number][] = [
  ['HB-6 HB-10: never forwarded', { ...loop, faults: ['hole'] }, 1],
  ['HB-6 HB-10: forwarded but silent', { ...loop, faults: ['swallow'] }, 2],
  ['HB-6: changed data', { ...loop, faults: ['corrupt'] }, 0],
  ['HB-6: short data', { ...loop, faults: ['half'] }, 0],
  ['HB-6: later than the time-out', { ...loop, faults: ['delay'], delay: 4000 }, 2],
  [
    'HB-6 EXIT-9: status 0 of the ssh that was ended is ignored',
    { ...loop, faults: ['hole'], onTerm: 0 },
    1,
  ],
  ['HB-6 HB-10: silent echo', { ...echo, faults: ['hole'] }, 2],
  ['HB-6: changed echo', { ...echo, faults: ['corrupt'] }, 0],
];

/** A first heartbeat that is refused at once: under `classic` ssh goes on without (HB-12). */
const refusals: [rule: string, ssh: SshBehaviour, timeouts: number][] = [
  ['HB-6: closed at once', { ...loop, faults: ['close'] }, 0],
  ['HB-6: closed echo', { ...echo, faults: ['close'] }, 0],
];
/** Nobody listens: under `classic` ssh may not have logged in yet (HB-12). */
const closed: (typeof refusals)[number] = ['HB-5: nobody listens', { runs: true, onTerm: 255 }, 0];
const strictly = { only: ['1.3', '1.4'] } as const;

/** [rule, first ssh, connections of it]: the first heartbeats are answered, then one fails. */
const laterFailures: [rule: string, ssh: SshBehaviour][] = [
  ['HB-6: a good heartbeat, then a black hole', { ...loop, faults: ['good', 'hole'] }],
  ['HB-5: a good heartbeat, then nobody listens', { ...loop, refuseAfter: 1 }],
  ['HB-6: a good echo, then changed data', { ...echo, faults: ['good', 'corrupt'] }],
];

/** Heartbeats that come back, if late or at the second try. */
const answers: [rule: string, args: string, ssh: SshBehaviour][] = [
  ['HB-2: loop', onPort, loop],
  ['HB-2: echo', onEcho, echo],
  ['HB-10: loop, late but within the time-out', onPort, { ...loop, faults: ['delay'], delay: 300 }],
  ['HB-10: echo, late but within the time-out', onEcho, { ...echo, faults: ['delay'], delay: 300 }],
  ['HB-6: echo, the second try is right', onEcho, { ...echo, faults: ['corruptOnce'] }],
  [
    'HB-6: loop, the second try comes back on another connection',
    onPort,
    { ...loop, faults: ['corruptOnce'] },
  ],
];

function checkFailures(check: Check): void {
  const failuresOf = failures.map((row) => [...row, {}] as const);
  const refusalsOf = [closed, ...refusals].map((row) => [...row, strictly] as const);
  for (const [rule, ssh, timeouts, which] of [...failuresOf, ...refusalsOf]) {
    check(`${rule} -> SIGTERM, restart`, which, async ({ launch, errorExit }) => {
      const args = ssh.relay === 'echo' ? onEcho : onPort;
      const run = await launch({ args, env: poll, ssh: [ssh, { exit: 3 }] });
      expect(await run.waitForExit()).toBe(errorExit);
      expect(run.countStarts()).toBe(2);
      const [term] = run.events('sigterm.received');
      // An ssh that is late itself, on a busy machine, costs only the first time-out.
      const isLate = /timeout polling to accept/.test(run.log());
      const atLeast = 3000 + 1500 * (isLate ? 1 : timeouts);
      expect((term?.at ?? 0) - run.launchedAt).toBeGreaterThanOrEqual(atLeast);
      expect(run.log()).toMatch(/port down, restarting ssh/);
      expect(run.log()).toMatch(/tries = 1\n/);
    });
  }

  for (const [rule, ssh] of laterFailures) {
    check(`${rule} -> restart`, {}, async ({ launch, errorExit }) => {
      const args = ssh.relay === 'echo' ? onEcho : onPort;
      const run = await launch({ args, env: poll, ssh: [ssh, { exit: 3 }] });
      expect(await run.waitForExit()).toBe(errorExit);
      expect(run.countStarts()).toBe(2);
      expect(run.log().match(/connection ok/g)).toHaveLength(1);
    });
  }
}

conformance('8 heartbeat', (check) => {
  checkFailures(check);

  for (const [rule, args, ssh] of answers) {
    check(`${rule} -> ssh is left alone`, {}, async ({ launch, errorExit }) => {
      const run = await launch({ args, env: poll, ssh: [ssh] });
      await waitForGood(run, 1);
      expect(run.events('sigterm.received')).toEqual([]);
      run.signal('SIGTERM');
      expect(await run.waitForExit()).toBe(errorExit);
      expect(run.countStarts()).toBe(1);
    });
  }

  check(
    'HB-1 HB-3: a new connection each time, poll time after the last',
    {},
    async ({ launch, errorExit }) => {
      const run = await launch({ args: onPort, env: poll, ssh: [loop] });
      await waitForGood(run, 2);
      await run.until(() => run.events('connection.closed').length === 2, 'closed connections');
      expect(run.events('connection.accepted')).toHaveLength(2);
      const [first, second] = run.events('heartbeat.received');
      expect(first?.text).not.toBe(second?.text);
      expect((first?.at ?? 0) - run.launchedAt).toBeGreaterThanOrEqual(3000);
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(3000);
      run.signal('SIGTERM');
      expect(await run.waitForExit()).toBe(errorExit);
    },
  );

  check('HB-1: port 0 -> no heartbeat', {}, async ({ launch, errorExit }) => {
    const run = await launch({
      args: '-M 0 host',
      env: { AUTOSSH_POLL: '1' },
      ssh: [{ lives: 2500, exit: 3 }],
    });
    expect(await run.waitForExit()).toBe(errorExit);
    expect(run.events('sigterm.received')).toEqual([]);
  });

  check(
    'HB-3: AUTOSSH_FIRST_POLL counts for each ssh',
    { only: since14 },
    async ({ launch, errorExit }) => {
      const env = { AUTOSSH_FIRST_POLL: '2', AUTOSSH_POLL: '600' };
      const run = await launch({ args: onPort, env, ssh: [loop] });
      await waitForHeartbeats(run, 1);
      await waitForGood(run, 1);
      run.signal('SIGUSR1');
      await waitForHeartbeats(run, 1, 2);
      await waitForGood(run, 2);
      run.signal('SIGTERM');
      expect(await run.waitForExit()).toBe(errorExit);
      expect(run.log()).toMatch(/set alarm for 2 secs/);
      expect(run.log()).toMatch(/set alarm for 600 secs/);
    },
  );

  for (const [message, pattern] of [
    ['hello, world 42', / hello, world 42\r\n$/],
    ['', / \r\n$/],
  ] as const) {
    check(
      `HB-4: the message, AUTOSSH_MESSAGE="${message}"`,
      { only: since14 },
      async ({ launch, errorExit }) => {
        const env = { ...poll, AUTOSSH_MESSAGE: message };
        const run = await launch({ args: onPort, env, ssh: [loop] });
        await waitForGood(run, 1);
        run.signal('SIGTERM');
        expect(await run.waitForExit()).toBe(errorExit);
        const text = run.events('heartbeat.received')[0]?.text ?? '';
        expect(text.split(' ').slice(0, 1)).toEqual([hostname()]);
        expect(text.split(' ')[2]).toBe(String(run.child.pid));
        expect(text).toMatch(/^\S+ \S+ \d+ \d+ /);
        expect(text).toMatch(pattern);
      },
    );
  }

  check('HB-4: the message', { only: ['1.3'] }, async ({ launch, errorExit }) => {
    const run = await launch({
      args: onPort,
      env: { ...poll, AUTOSSH_MESSAGE: 'unknown' },
      ssh: [loop],
    });
    await waitForGood(run, 1);
    run.signal('SIGTERM');
    expect(await run.waitForExit()).toBe(errorExit);
    expect(run.events('heartbeat.received')[0]?.text).toMatch(/^\S+ \S+ \d+ \d+\r\n$/);
  });

  check(
    'HB-7: the read port is open on 127.0.0.1 only, over restarts, and closed at the end',
    {},
    async ({ launch, errorExit }) => {
      const run = await launch({ args: onPort, ssh: [{ runs: true }] });
      for (const start of [1, 2]) {
        await run.waitForSsh(start);
        expect(findListeners(run.port + 1)).toEqual(['0100007F']);
        if (start === 1) run.signal('SIGUSR1');
      }
      run.signal('SIGTERM');
      expect(await run.waitForExit()).toBe(errorExit);
      expect(findListeners(run.port + 1)).toEqual([]);
    },
  );

  check('HB-7: the read port can be taken again at once', {}, async ({ launch, errorExit }) => {
    const first = await launch({ args: onPort, env: poll, ssh: [loop] });
    await waitForGood(first, 1);
    first.signal('SIGTERM');
    expect(await first.waitForExit()).toBe(errorExit);
    const second = await launch({ args: ['-M', String(first.port), 'host'] });
    expect(await second.waitForExit()).toBe(0);
  });

  check('HB-2: echo mode opens no read port', {}, async ({ launch }) => {
    const run = await launch({
      args: onEcho,
      shell: 'while [ ! -e made ]; do sleep 0.02; done; exec "$@"',
    });
    const release = await occupy(run.port + 1);
    run.write('made');
    expect(await run.waitForExit()).toBe(0);
    release();
  });

  for (const [args, status, only] of [
    [onPort, 1, undefined],
    ['-M {P} -fN host', 0, since14],
    ['-M {P} -fN host', 1, ['1.3']],
  ] as const) {
    check(
      `HB-8 RUN-1: the read port is taken, ${args} -> ${status}`,
      { ...(only && { only }) },
      async ({ launch }) => {
        const run = await launch({
          args,
          shell: 'while [ ! -e made ]; do sleep 0.02; done; exec "$@"',
        });
        const release = await occupy(run.port + 1);
        run.write('made');
        expect(await run.waitForExit()).toBe(status);
        await run.waitForNobody();
        release();
        expect(run.countStarts()).toBe(0);
      },
    );
  }

  for (const kind of ['idle', 'closed'] as const) {
    check(
      `HB-9: a stray connection on the read port (${kind}) costs one try`,
      {},
      async ({ launch, errorExit }) => {
        const run = await launch({ args: onPort, env: poll, ssh: [loop] });
        await run.waitForSsh();
        const stray = connect(run.port + 1, '127.0.0.1');
        stray.on('error', () => {});
        if (kind === 'closed') stray.end();
        await waitForGood(run, 1);
        stray.destroy();
        run.signal('SIGTERM');
        expect(await run.waitForExit()).toBe(errorExit);
        expect(run.countStarts()).toBe(1);
      },
    );
  }

  for (const [seconds, shown] of [
    ['1', '500'],
    ['2', '1000'],
    ['29', '14500'],
  ] as const) {
    check(
      `HB-10: poll ${seconds} -> time-out of ${shown} ms`,
      {},
      async ({ launch, errorExit }) => {
        const run = await launch({ args: onPort, env: { AUTOSSH_POLL: seconds }, ssh: '3' });
        expect(await run.waitForExit()).toBe(errorExit);
        expect(run.log()).toMatch(
          new RegExp(`short poll time: adjusting net timeouts to ${shown}\\b`),
        );
      },
    );
  }

  check('HB-10: poll 30 -> the usual time-out', {}, async ({ launch, errorExit }) => {
    const run = await launch({ args: onPort, env: { AUTOSSH_POLL: '30' }, ssh: '3' });
    expect(await run.waitForExit()).toBe(errorExit);
    expect(run.log()).not.toMatch(/short poll time/);
  });

  check(
    'HB-10: the time-out follows from the poll time after ENV-11',
    { only: since14 },
    async ({ launch, errorExit }) => {
      const env = { AUTOSSH_MAXLIFETIME: '20', AUTOSSH_FIRST_POLL: '4' };
      const run = await launch({ args: onPort, env, ssh: '3' });
      expect(await run.waitForExit()).toBe(errorExit);
      expect(run.log()).toMatch(/adjusting net timeouts to 10000/);
    },
  );

  check('HB-6 RUN-3: a failed heartbeat restarts ssh in the background', {}, async ({ launch }) => {
    const run = await launch({
      args: '-M {P} -fN host',
      env: poll,
      ssh: [{ ...loop, faults: ['hole'] }, { exit: 0 }],
    });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForNobody();
    expect(run.countStarts()).toBe(2);
  });

  check(
    `${closed[0]}, HB-12 -> ssh may be logging in`,
    { only: ['classic'] },
    async ({ launch }) => {
      const run = await launch({ args: onPort, env: poll, ssh: [closed[1]] });
      await run.waitForLog(/ssh is kept: .*Connection refused/);
      run.signal('SIGTERM');
      await run.waitForExit();
      expect(run.countStarts()).toBe(1);
    },
  );

  for (const [rule, ssh] of refusals) {
    check(`${rule}, HB-12 -> goes on without`, { only: ['classic'] }, async ({ launch }) => {
      const args = ssh.relay === 'echo' ? onEcho : onPort;
      const run = await launch({ args, env: poll, ssh: [ssh] });
      await run.waitForLog(/no heartbeat: /);
      run.signal('SIGTERM');
      await run.waitForExit();
      expect(run.countStarts()).toBe(1);
    });
  }
});
