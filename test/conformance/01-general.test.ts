import { expect } from 'vitest';
import { conformance } from './support/conformance.ts';
import { isProcess } from './support/processes.ts';

// G-4 (never two ssh at once) and G-6 (nothing is left) are looked at after every case of every file.
conformance('1 general', (check) => {
  check('G-1: the defaults are 600 s for the poll, no limit of starts', {}, async (scene) => {
    const run = await scene.launch({ env: { AUTOSSH_LOGLEVEL: '7' }, ssh: '255 255 3' });
    expect(await run.waitForExit()).toBe(scene.errorExit);
    expect(run.log()).toContain('set alarm for 600 secs');
    expect(run.log()).toMatch(/starting ssh \(count 3\)/);
  });

  check('G-3: exactly one ssh, a direct child', {}, async ({ launch, errorExit }) => {
    const run = await launch({ ssh: [{ exit: 255 }, { runs: true }] });
    const { pid, ppid } = await run.waitForSsh(2);
    expect(ppid).toBe(run.child.pid);
    expect(new Set(await run.findProcesses())).toEqual(new Set([run.child.pid, pid]));
    run.signal('SIGTERM');
    expect(await run.waitForExit()).toBe(errorExit);
  });

  check(
    'G-5: an ssh that dies in its first milliseconds is noticed',
    {},
    async ({ launch, errorExit }) => {
      const run = await launch({
        env: { AUTOSSH_POLL: '60' },
        ssh: '255 1 SIGHUP 255 1 255 255 3',
      });
      expect(await run.waitForExit()).toBe(errorExit);
      expect(run.countStarts()).toBe(8);
    },
  );

  check('G-5: ended ssh are reaped', {}, async ({ launch, errorExit }) => {
    const run = await launch({ ssh: [{ exit: 255 }, { exit: 255 }, { runs: true }] });
    await run.waitForSsh(3);
    const before = run.events('ssh.started').slice(0, 2);
    expect(before.map(({ pid }) => isProcess(pid))).toEqual([false, false]);
    run.signal('SIGTERM');
    expect(await run.waitForExit()).toBe(errorExit);
  });
});
