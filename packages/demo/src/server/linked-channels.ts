import type { ServerChannel } from 'ssh2';

/** Joins two channels so that what one client sends, the other receives, each direction with its own end. */
export function linkChannels(one: ServerChannel, other: ServerChannel): void {
  const ended = new Set<ServerChannel>();
  const link = (from: ServerChannel, to: ServerChannel) => {
    from.on('error', () => undefined);
    from.pipe(to, { end: false });
    from.once('end', () => {
      ended.add(from);
      endOneDirection(to);
      if (ended.size === 2) closeBoth(one, other);
    });
    from.once('close', () => to.end());
  };
  link(one, other);
  link(other, one);
}

// end() of a server's channel in ssh2 closes both directions at once (onFinish in ssh2/lib/Channel.js),
// which would cut off the answer to a client that has only finished asking. The empty write waits for
// what is queued before it.
function endOneDirection(channel: ServerChannel): void {
  if (channel.writable) channel.write('', () => channel.eof());
}

function closeBoth(one: ServerChannel, other: ServerChannel): void {
  one.end();
  other.end();
}
