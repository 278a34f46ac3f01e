// The machine in a page: a tunnel whose ssh is only played. It dies every 2 s, and one sees what the rules make of that.
//
//     npx esbuild main.js --bundle --format=esm --minify --outfile=page.js
//
// Then open index.html from any web server.
import { createLongClock, tunnelMachine, tunnelState } from '@holdfast/machines';
import { createActor, fromCallback } from 'xstate';

const atMs = () => performance.now();

const sshChild = fromCallback(({ sendBack, receive }) => {
  const exit = (status) => sendBack({ type: 'child.exited', status, signal: null, atMs: atMs() });
  sendBack({ type: 'child.spawned', pid: 4711, atMs: atMs() });
  sendBack({ type: 'child.ready', atMs: atMs() });
  const death = setTimeout(exit, 2000, 255);
  receive(() => exit(0));
  return () => clearTimeout(death);
});

// Nobody asks it: what is not probed is believed.
const heartbeat = fromCallback(() => {});

const tunnel = createActor(tunnelMachine.provide({ actors: { sshChild, heartbeat } }), {
  input: { gateSeconds: 0, pollSeconds: 10 },
  clock: createLongClock(globalThis),
});

const list = document.querySelector('ol');
let shown;
tunnel.subscribe((snapshot) => {
  const state = tunnelState(snapshot);
  if (state === shown) return;
  shown = state;
  const item = document.createElement('li');
  item.textContent = state;
  list.append(item);
});
tunnel.start();

document.querySelector('button').onclick = () => tunnel.send({ type: 'tunnel.stop' });
