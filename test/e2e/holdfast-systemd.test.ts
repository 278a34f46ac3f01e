import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HOLDFAST } from '../installed/programs.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  tunnelToServer,
  type HoldfastScene,
} from './support/holdfast.ts';
import {
  startSystemdUser,
  systemdUserAvailable,
  type SystemdUser,
} from './support/systemd-user.ts';

const missing = systemdUserAvailable();
const note = missing === undefined ? '' : ` (${missing})`;

const UNIT = 'holdfast.service';

const PAGE = new URL('../../docs/supervisor.md', import.meta.url);

/** The unit of docs/supervisor.md, with the program and the environment of a test, and shorter waits. */
function unitFor(scene: HoldfastScene): string {
  const [, unit = ''] = /```ini\n(.*?)```/s.exec(readFileSync(PAGE, 'utf8')) ?? [];
  const environment = Object.entries(scene.environment)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `Environment=${JSON.stringify(`${name}=${value}`)}`);
  return unit
    .replaceAll('%h/.local/bin/holdfast', HOLDFAST)
    .replace('WatchdogSec=60', 'WatchdogSec=5')
    .replace('RestartSec=5', 'RestartSec=1')
    .replace('[Service]', ['[Service]', ...environment].join('\n'));
}

describe.skipIf(missing !== undefined)(`a supervisor under a real systemd${note}`, () => {
  let systemd: SystemdUser;
  let scene: HoldfastScene;

  beforeEach(async () => {
    systemd = await startSystemdUser();
    scene = createHoldfastScene();
  });

  afterEach(async () => {
    await systemd.end();
    await endHoldfastScenes();
    await endScene();
  });

  async function writeTunnel(): Promise<void> {
    const server = await startServer();
    const port = await findFreePorts(1);
    scene.write(tunnelToServer('db', server, { local: [echoForward(port)] }));
  }

  const areHealthy = async () =>
    (await scene.status().catch(() => ({ tunnels: [] }))).tunnels.map(({ isHealthy }) => isHealthy);

  test('is started when it answers, starts its tunnels, and says how they are', async () => {
    await writeTunnel();
    await systemd.write(UNIT, unitFor(scene));
    expect((await systemd.systemctl('start', UNIT)).status).toBe(0);
    // Type=notify: systemctl has waited for that, and not for the tunnels.
    expect(await scene.hello()).toBeDefined();
    const told = async () => (await systemd.show(UNIT, 'StatusText'))['StatusText'];
    await expect.poll(told, PATIENT).toBe('1 of 1 healthy');

    await scene.holdfast('down', 'db');
    await expect.poll(told, PATIENT).toMatch(/^0 of 1 healthy; db: stopped/);

    expect((await systemd.systemctl('reload', UNIT)).status).toBe(0);
    expect(await systemd.show(UNIT, 'ActiveState')).toEqual({ ActiveState: 'active' });

    expect((await scene.holdfast('down')).status).toBe(0);
    await expect
      .poll(() => systemd.show(UNIT, 'ActiveState', 'Result'), PATIENT)
      .toEqual({ ActiveState: 'inactive', Result: 'success' });
  });

  test('is started again when it is killed, or hangs, with its tunnels', async () => {
    await writeTunnel();
    await systemd.write(UNIT, unitFor(scene));
    await systemd.systemctl('start', UNIT);
    await expect.poll(areHealthy, PATIENT).toEqual([true]);
    for (const [restarts, signal] of [
      ['1', 'SIGKILL'],
      ['2', 'SIGSTOP'],
    ] as const) {
      await systemd.systemctl('kill', '--kill-whom=main', `--signal=${signal}`, UNIT);
      await expect
        .poll(() => systemd.show(UNIT, 'NRestarts', 'ActiveState'), PATIENT)
        .toEqual({ NRestarts: restarts, ActiveState: 'active' });
      await expect.poll(areHealthy, PATIENT).toEqual([true]);
    }
  });

  test('is not started again and again over a file with errors', async () => {
    scene.write('[tunnels.db]\nhots = "bastion"\n');
    await systemd.write(UNIT, unitFor(scene));
    expect((await systemd.systemctl('start', UNIT)).status).not.toBe(0);
    expect(await systemd.show(UNIT, 'ActiveState', 'NRestarts', 'ExecMainStatus')).toEqual({
      ActiveState: 'failed',
      NRestarts: '0',
      ExecMainStatus: '4',
    });
  });
});

describe.skipIf(missing !== undefined)(`holdfast service and a real systemd${note}`, () => {
  let systemd: SystemdUser;
  let scene: HoldfastScene;
  let unitFile: string;

  beforeEach(async () => {
    scene = createHoldfastScene();
    systemd = await startSystemdUser(scene.environment);
    unitFile = scene.folder.file('config/systemd/user/holdfast.service');
    const server = await startServer();
    scene.write(tunnelToServer('db', server));
  });

  afterEach(async () => {
    await systemd.end();
    await endHoldfastScenes();
    await endScene();
  });

  const holdfast = (...words: readonly string[]) => systemd.run(HOLDFAST, ...words);
  const serviceStatus = async () =>
    JSON.parse((await holdfast('service', 'status', '--json')).stdout);

  test('installs a unit that runs, says how it is, and removes it', async () => {
    const dry = await holdfast('service', 'install', '--dry-run');
    expect(dry.stdout).toContain(`# ${unitFile}`);
    expect(dry.stdout).toContain('systemctl --user enable --now holdfast.service');
    expect(existsSync(unitFile)).toBe(false);
    expect(await holdfast('service', 'status')).toMatchObject({ status: 3 });

    const installed = await holdfast('service', 'install');
    expect(installed).toMatchObject({ status: 0, stderr: '' });
    expect(installed.stdout).toContain('holdfast.service is installed, enabled and running');
    await expect.poll(serviceStatus, PATIENT).toMatchObject({
      isInstalled: true,
      isEnabled: true,
      state: 'active',
      says: '1 of 1 healthy',
    });
    const { pid } = await serviceStatus();
    expect(JSON.parse((await holdfast('status', '--json')).stdout)).toMatchObject({
      tunnels: [{ name: 'db', isHealthy: true }],
    });

    const again = await holdfast('service', 'install');
    expect(again.status).toBe(0);
    expect(await serviceStatus()).toMatchObject({ pid, restarts: 0 });
    expect(existsSync(`${unitFile}.old`)).toBe(false);

    // By hand it is the unit that ends and is started, and no supervisor beside it.
    expect(await holdfast('down')).toMatchObject({ status: 0 });
    await expect.poll(serviceStatus, PATIENT).toMatchObject({ state: 'inactive', pid: null });
    expect(await holdfast('up', '--wait', '90s')).toMatchObject({ status: 0 });
    const { supervisor } = JSON.parse((await holdfast('up', '--json')).stdout);
    expect(await serviceStatus()).toMatchObject({ state: 'active', pid: supervisor.pid });

    expect(await holdfast('service', 'uninstall')).toMatchObject({ status: 0 });
    expect(existsSync(unitFile)).toBe(false);
    expect(await holdfast('status')).toMatchObject({ status: 3 });
    expect(await holdfast('service', 'uninstall')).toMatchObject({ status: 0 });
  });

  test('keeps a unit that is there already, and cannot run beside another supervisor', async () => {
    mkdirSync(dirname(unitFile), { recursive: true });
    writeFileSync(unitFile, '# by hand\n');
    expect(await holdfast('up')).toMatchObject({ status: 0 });
    const refused = await holdfast('service', 'install');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/a supervisor is running .* holdfast down/);
    expect(readFileSync(unitFile, 'utf8')).toBe('# by hand\n');

    await holdfast('down');
    expect(await holdfast('service', 'install')).toMatchObject({ status: 0 });
    expect(readFileSync(`${unitFile}.old`, 'utf8')).toBe('# by hand\n');
  });

  test('does not install a file with errors', async () => {
    scene.write('[tunnels.db]\nhots = "bastion"\n');
    expect(await holdfast('service', 'install')).toMatchObject({ status: 4 });
    expect(existsSync(unitFile)).toBe(false);
  });
});
