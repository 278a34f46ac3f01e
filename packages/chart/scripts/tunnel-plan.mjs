// How the chart of the tunnel is arranged: clockwise, so that it is about as wide as it is high. Sizes, places, ways and
// the order of arrows are left to elkjs; what is not named here is arranged by rules.

/** In which direction each container leads; without a word here: DOWN. */
export const DIRECTIONS = {
  '': 'RIGHT',
  ':ends': 'RIGHT',
  running: 'RIGHT',
};

/** Groups in containers: they are not drawn, and only keep together what is in them. */
export const GROUPS = {
  '': [':left', 'running'],
  ':left': ['backoff', ':ends'],
  ':ends': ['stopped', 'failed'],
  running: [':middle', 'running.probing'],
  ':middle': [':steady', 'running.stopping'],
  ':steady': ['running.unproven', 'running.healthy'],
};

/** On which side an arrow leaves all that is around its source, and on which it enters all that is around its target. */
export const SIDES = {
  'backoff -> stopped': ['SOUTH', 'NORTH'],
  'backoff.waiting -> stopped': ['SOUTH', 'NORTH'],
  'running -> backoff': ['WEST', 'EAST'],
  'running -> stopped': ['WEST', 'EAST'],
  'running -> failed': ['WEST', 'EAST'],
  'running -> running.unproven.connecting': ['WEST', 'WEST'],
  'running -> running.stopping': ['WEST', 'WEST'],
  'running.probing -> running.healthy': ['WEST', 'EAST'],
  'running.probing.asking -> running.healthy': ['WEST', 'EAST'],
  'running.probing.asking -> running.probing.asking': ['EAST', 'EAST'],
  'running.probing.asking -> running.stopping': ['WEST', 'EAST'],
  'running.probing.suspect.choosing -> running.probing.suspect.calling.trying': ['EAST', 'EAST'],
  'running.probing.suspect -> running.stopping': ['WEST', 'EAST'],
  'running.probing.suspect.alone -> running.stopping': ['WEST', 'EAST'],
  'running.probing.suspect.calling -> running.probing.asking': ['EAST', 'NORTH'],
  'running.probing.suspect.outvoted -> running.stopping': ['WEST', 'EAST'],
  'running.stopping -> running.unproven.connecting': ['NORTH', 'SOUTH'],
  'running.stopping -> stopped': ['WEST', 'EAST'],
  'running.stopping -> backoff': ['WEST', 'EAST'],
  'running.stopping -> failed': ['WEST', 'EAST'],
  'running.stopping.killing -> failed': ['WEST', 'EAST'],
};
