/** Units with their length in seconds, the largest first. A wait reads in the first that it has more than two of. */
const UNITS = [
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A wait for people to read: `60 seconds`, `15 minutes`, `11 hours`. Rounded up, so that it is never too short. */
export function waitInWords(seconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => seconds > 2 * each) ?? UNITS[2];
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(seconds / length));
}
