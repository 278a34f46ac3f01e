/** Those of the contenders that are there and are to play: BENCH_CONTENDERS names them, such as `autossh`; else all do. */
export function chosen(contenders) {
  const names = process.env.BENCH_CONTENDERS?.split(',');
  const players = contenders.filter(
    (contender) => contender !== undefined && (names?.includes(contender.name) ?? true),
  );
  if (players.length === 0) throw new Error('none of the contenders is there to play');
  return players;
}
