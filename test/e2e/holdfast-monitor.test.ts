import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  tunnelToServer,
  type HoldfastScene,
} from './support/holdfast.ts';
import { missingPart } from './support/missing-part.ts';

const hasPrometheus = spawnSync('promtool', ['--version']).status === 0;
const noPrometheus = missingPart(
  hasPrometheus ? undefined : 'no prometheus: apt-get install prometheus',
);
const DEPLOYED = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  await endHoldfastScenes();
  await endScene();
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks; `undefined` if nobody listens. */
async function ask(port: number, path: string, host?: string): Promise<Answer | undefined> {
  const asking = request({ port, path, host: '127.0.0.1', ...(host && { headers: { host } }) });
  try {
    const [answer] = await once(asking.end(), 'response');
    let text = '';
    for await (const piece of answer.setEncoding('utf8')) text += piece;
    return { status: answer.statusCode, text };
  } catch {
    return undefined;
  }
}

/** A fleet of one tunnel that is up and one that nobody can reach, which listens at a port. */
async function startScene(more = ''): Promise<{ scene: HoldfastScene; port: number }> {
  const server = await startServer();
  const [port, forward, nowhere] = [
    await findFreePorts(1),
    await findFreePorts(1),
    await findFreePorts(1),
  ];
  const scene = createHoldfastScene();
  const options = ['-p', String(nowhere)];
  scene.write(
    `[listen]\nhttp = "127.0.0.1:${port}"\n` +
      tunnelToServer('db', server, { local: [echoForward(forward)], tags: ['work'] }) +
      `[tunnels.away]\nhost = "127.0.0.1"\noptions = ${JSON.stringify(options)}\n${more}`,
  );
  await scene.up('db', '--wait', '90s');
  return { scene, port };
}

describe('over HTTP', () => {
  test('the supervisor says that it lives, and whether what is required is healthy', async () => {
    const { scene, port } = await startScene();
    expect(await ask(port, '/livez')).toMatchObject({ status: 200 });
    const readiness = await ask(port, '/readyz');
    expect(readiness?.status).toBe(503);
    expect(JSON.parse(readiness!.text)).toEqual({
      isReady: false,
      unready: [{ name: 'away', state: 'stopped' }],
    });
    expect(await ask(port, '/readyz?name=db')).toMatchObject({ status: 200 });
    expect(await ask(port, '/readyz?tag=work')).toMatchObject({ status: 200 });
    expect(await ask(port, '/readyz?name=nobody')).toMatchObject({ status: 404 });
    expect(await ask(port, '/')).toMatchObject({ status: 404 });
    expect(await ask(port, '/livez', 'evil.example')).toMatchObject({ status: 403 });

    scene.write(`${readFileSync(scene.configFile, 'utf8')}required = false\n`);
    await scene.holdfast('reload');
    expect(await ask(port, '/readyz')).toMatchObject({ status: 200 });
  });

  test('it is told elsewhere, or not at all, as the file says', async () => {
    const { scene, port } = await startScene();
    const other = await findFreePorts(1);
    const text = readFileSync(scene.configFile, 'utf8');
    scene.write(text.replace(`127.0.0.1:${port}`, `127.0.0.1:${other}`));
    await scene.holdfast('reload');
    await expect.poll(() => ask(other, '/livez'), PATIENT).toMatchObject({ status: 200 });
    expect(await ask(port, '/livez')).toBeUndefined();
    scene.write(text.replace(/\[listen\]\n.*\n/, ''));
    await scene.holdfast('reload');
    await expect.poll(() => ask(other, '/livez'), PATIENT).toBeUndefined();
    expect((await scene.status()).tunnels[0]).toMatchObject({ name: 'db', starts: 1 });
  });

  test('a port that is taken costs no tunnel, and is told', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    endings.push(() => taken.close());
    const { port: held } = taken.address() as { port: number };
    const server = await startServer();
    const scene = createHoldfastScene();
    scene.write(`[listen]\nhttp = "127.0.0.1:${held}"\n${tunnelToServer('db', server)}`);
    await scene.up('--wait', '90s');
    const { stdout } = await scene.holdfast('logs');
    expect(stdout).toContain(`cannot listen on 127.0.0.1:${held}: `);
  });
});

describe.skipIf(noPrometheus !== undefined)(`metrics ${noPrometheus ?? ''}`, () => {
  test('are what promtool takes, and tell no address and no port', async () => {
    const { scene, port } = await startScene();
    await scene.up('away');
    const told = async () => (await ask(port, '/metrics'))?.text ?? '';
    await expect
      .poll(told, PATIENT)
      .toContain('holdfast_tunnel_failures_total{tunnel="away",class="unreachable"}');
    await expect
      .poll(told, PATIENT)
      .toContain('holdfast_probe_round_trip_seconds_count{tunnel="db"}');
    const text = await told();
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text });
    expect([status, String(stderr)]).toEqual([0, '']);
    expect(text).toContain('holdfast_tunnel_healthy{tunnel="db"} 1');
    expect(text).not.toMatch(/127\.0\.0\.1|localhost/);
  });

  test('reach a real Prometheus, whose alerts know them', async () => {
    const { scene, port } = await startScene();
    const own = await findFreePorts(1);
    const config = readFileSync(`${DEPLOYED}prometheus.yml`, 'utf8')
      .replace('127.0.0.1:9180', `127.0.0.1:${port}`)
      .replace('holdfast.rules.yml', `${DEPLOYED}holdfast.rules.yml`);
    const file = scene.folder.file('prometheus.yml');
    writeFileSync(file, `global: { scrape_interval: 1s, evaluation_interval: 1s }\n${config}`);
    const prometheus = spawn(
      'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${scene.folder.file('tsdb')}`,
        `--web.listen-address=127.0.0.1:${own}`,
      ],
      { stdio: 'ignore' },
    );
    endings.push(async () => {
      prometheus.kill('SIGKILL');
      await once(prometheus, 'exit');
    });
    const value = async (query: string) => {
      const answer = await ask(own, `/api/v1/query?query=${encodeURIComponent(query)}`);
      if (answer?.status !== 200) return undefined;
      return JSON.parse(answer.text).data.result[0]?.value[1];
    };
    await expect.poll(() => value('holdfast_tunnel_healthy{tunnel="db"}'), PATIENT).toBe('1');
    expect(await value('up{job="holdfast"}')).toBe('1');
    const rules = JSON.parse((await ask(own, '/api/v1/rules'))!.text);
    expect(rules.data.groups[0].rules).toHaveLength(5);
  });

  test('have alerts that do what they are for', () => {
    const words = ['test', 'rules', 'holdfast.rules.test.yml'];
    const { status, stdout } = spawnSync('promtool', words, { cwd: DEPLOYED, encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});
