// Runs a program once with words that end it soon, and keeps what V8 compiled on the way:
// node compile-ahead.mjs PROGRAM CACHE [WORD...]
//
// The program finds a home directory with a tunnels file, and a supervisor that knows one: both made up here.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';

const [, , program, cache, ...words] = process.argv;
const home = mkdtempSync(join(tmpdir(), 'holdfast-build-'));

function settleIn() {
  process.argv = [process.execPath, program, ...words];
  for (const name of Object.keys(process.env)) {
    if (/^(?:AUTOSSH|XDG)_/.test(name)) delete process.env[name];
  }
  Object.assign(process.env, {
    AUTOSSH_PATH: '/bin/true',
    AUTOSSH_GATETIME: '0',
    AUTOSSH_LOGFILE: '/dev/null',
    HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_RUNTIME_DIR: home,
  });
  mkdirSync(join(home, 'holdfast'));
  writeFileSync(
    join(home, 'holdfast', 'tunnels.toml'),
    '[tunnels.db]\nhost = "gw"\nlocal = ["5432:db:5432"]\ntags = ["work"]\npoll = "5s"\n',
  );
}

/** A tunnel about which there is much to say. */
function tunnelStatus() {
  const at = new Date().toISOString();
  return {
    name: 'db',
    host: 'gw',
    tags: [],
    after: [],
    enabled: true,
    required: true,
    state: 'backoff',
    since: at,
    isHealthy: false,
    suspect: null,
    isDegraded: false,
    needsAttention: false,
    phase: null,
    pid: null,
    starts: 2,
    nextStartAt: at,
    obstacle: null,
    failure: { class: 'unreachable', sentence: 'no answer', remedy: 'wait', at, times: 2 },
    end: null,
    heartbeat: 'mux',
    roundTripMs: 1,
    answeredAt: at,
    forwards: [{ kind: 'local', text: '5432:db:5432', isBound: true, isExtra: false }],
    targetFailures: [],
    checks: [{ question: 'tcp 127.0.0.1:5432', ok: true, at }],
  };
}

function superviseNothing() {
  const server = createServer((_request, response) => {
    response.setHeader('holdfast-protocol', '1');
    response.end(JSON.stringify({ at: new Date().toISOString(), tunnels: [tunnelStatus()] }));
    server.close();
  });
  const socket = join(home, 'holdfast', 'control.sock');
  return new Promise((resolve) => server.listen(socket, () => resolve(server.unref())));
}

settleIn();
await superviseNothing();
const script = new Script(readFileSync(program, 'latin1'), { filename: program });
const loaded = { exports: {} };
process.on('exit', (status) => {
  rmSync(home, { recursive: true, force: true });
  writeFileSync(cache, script.createCachedData());
  // "Not every tunnel is healthy" is how the made-up status ends.
  process.exitCode = status === 1 || status === 2 ? status : 0;
});
script.runInThisContext()(loaded.exports, createRequire(program), loaded);
if (program.endsWith('autossh-main.cjs')) loaded.exports.main({ release: () => [] });
else loaded.exports.main(words, program);
