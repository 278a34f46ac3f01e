// How the chart of the tunnel is arranged: clockwise, so that it is about as wide as it is high. Sizes, places, ways and
// the order of arrows are left to elkjs; what is not named here is arranged by rules.

/** In which direction each container leads; without a word here: DOWN. */
export const DIRECTIONS = {
  '': 'RIGHT',
  ':up': 'RIGHT',
  ':down': 'RIGHT',
  ':ends': 'RIGHT',
};

/** Groups in containers: they are not drawn, and only keep together what is in them. */
export const GROUPS = {
  '': [':left', 'running'],
  ':left': ['backoff', ':ends'],
  ':ends': ['stopped', 'failed'],
  running: [':up', ':down'],
  ':up': ['running.unproven', ':up-right'],
  ':up-right': ['running.healthy', 'running.probing'],
  ':down': ['running.stopping'],
};

/** On which side an arrow leaves all that is around its source, and on which it enters all that is around its target. */
export const SIDES = {
  'backoff -> stopped': ['SOUTH', 'NORTH'],
  'backoff.waiting -> stopped': ['SOUTH', 'NORTH'],
  'running -> backoff': ['WEST', 'EAST'],
  'running -> stopped': ['WEST', 'EAST'],
  'running -> failed': ['WEST', 'EAST'],
  'running -> running.unproven.connecting': ['WEST', 'SOUTH'],
  'running -> running.stopping': ['WEST', 'WEST'],
  'running.probing -> running.healthy': ['NORTH', 'SOUTH'],
  'running.probing -> running.probing': ['EAST', 'EAST'],
  'running.stopping -> stopped': ['WEST', 'EAST'],
  'running.stopping -> backoff': ['WEST', 'EAST'],
  'running.stopping -> failed': ['WEST', 'EAST'],
  'running.stopping.killing -> failed': ['WEST', 'EAST'],
};
