// How the chart of the tunnel is arranged: in a circle, clockwise, so that it is about as wide as it is high.

/**
 * Who stands with whom, and in which direction; `null` stands for the root. A key with a colon is no state: it only
 * keeps others together.
 */
export const ARRANGEMENT = {
  '': { direction: 'RIGHT', members: [':left', 'running'] },
  backoff: { direction: 'DOWN' },
  'running.unproven': { direction: 'DOWN' },
  'running.stopping': { direction: 'DOWN' },
  ':left': { direction: 'DOWN', members: ['backoff', ':ends'] },
  ':ends': { direction: 'RIGHT', members: ['stopped', 'failed'] },
  running: { direction: 'DOWN', members: [':up', ':down'] },
  ':down': { direction: 'RIGHT', members: ['running.stopping'] },
  ':up': { direction: 'RIGHT', members: ['running.unproven', ':up-right'] },
  ':up-right': { direction: 'DOWN', members: ['running.healthy', 'running.probing'] },
};

/** On which sides arrows leave what they come from, and enter what they lead to. */
export const SIDES = {
  'backoff -> stopped': ['SOUTH', 'NORTH'],
  'backoff.waiting -> stopped': ['SOUTH', 'NORTH'],
  'backoff.due -> running': ['EAST', 'WEST'],
  'backoff.asking -> running': ['EAST', 'WEST'],
  'running -> backoff': ['WEST', 'EAST'],
  'running -> stopped': ['WEST', 'EAST'],
  'running -> failed': ['WEST', 'EAST'],
  'running -> running.unproven.connecting': ['WEST', 'SOUTH'],
  'running -> running.stopping': ['EAST', 'EAST'],
  'running.unproven -> running.probing': ['EAST', 'WEST'],
  'running.unproven -> running.healthy': ['EAST', 'WEST'],
  'running.healthy -> running.probing': ['SOUTH', 'NORTH'],
  'running.probing -> running.healthy': ['NORTH', 'SOUTH'],
  'running.probing -> running.probing': ['EAST', 'EAST'],
  'running.probing -> running.stopping': ['SOUTH', 'NORTH'],
  'running.stopping -> stopped': ['WEST', 'EAST'],
  'running.stopping -> backoff': ['WEST', 'EAST'],
  'running.stopping -> failed': ['WEST', 'EAST'],
  'running.stopping.killing -> failed': ['WEST', 'EAST'],
};
