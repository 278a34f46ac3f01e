const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const;

/** A time for people: `0.6 s`, `12 s`, `2 min 5 s`, `3 h`, `2 d 4 h`; at most two units. */
export function describeSeconds(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  for (const [index, [unit, size]] of UNITS.entries()) {
    if (whole < size) continue;
    const [smaller, smallerSize] = UNITS[index + 1] ?? ['s', 1];
    const rest = Math.floor((whole % size) / smallerSize);
    const main = `${Math.floor(whole / size)} ${unit}`;
    return rest === 0 ? main : `${main} ${rest} ${smaller}`;
  }
  return `${whole} s`;
}

/** How often something happened: `1st`, `22nd`, `113th`. */
export function ordinal(n: number): string {
  const tens = n % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}
