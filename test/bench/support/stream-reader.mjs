// Reads the inspector's stream as a browser would, in a process of its own: its words are the address and the path. It says "ready" when
// the first message has come, and how many bytes came when it is told to end.
import { request } from 'node:http';

const [, , address, path] = process.argv;
const { host, hash } = new URL(address);
const token = hash.slice('#token='.length);
let bytes = 0;

const asking = request(`http://${host}${path}`, { headers: { authorization: `Bearer ${token}` } });
asking.once('response', (answer) => {
  answer.on('data', (piece) => {
    if (bytes === 0) process.send('ready');
    bytes += piece.length;
  });
});
asking.end();
process.once('message', () => process.send(bytes, () => process.exit()));
