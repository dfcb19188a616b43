/** Units with their length in seconds, the largest first. A wait reads in the first that it has more than two of. */
const UNITS = [
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** By unit. To make a format takes far longer than to use it, and a flood of refusals tells each caller its wait. */
const formats = new Map<string, Intl.NumberFormat>();

/** A wait for people to read: `60 seconds`, `15 minutes`, `11 hours`. Rounded up, so that it is never too short. */
export function waitInWords(seconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => seconds > 2 * each) ?? UNITS[2];
  const format = formats.get(unit) ?? new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' });
  formats.set(unit, format);
  return format.format(Math.ceil(seconds / length));
}
