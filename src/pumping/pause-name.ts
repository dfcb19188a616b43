/** How operators name what is paused: the digits of a range or block, or the code of a country. */
export function nameOf(key: string): string {
  const [level, country = '', digits] = key.split(':');
  return level === 'country' ? country : (digits ?? key);
}

/**
 * Whether a pause keeps codes from what operators call `name`, as they may type it: `+977 980 01`, `np`. A range is kept
 * from codes by the pause of its block, too. A country has the pauses of all its ranges.
 */
export function isNamed(key: string, name: string): boolean {
  const wanted = name.replace(/[^0-9a-z]/gi, '').toUpperCase();
  const [level, country] = key.split(':');
  if (wanted === country) return true;
  return nameOf(key) === wanted || (level === 'block' && wanted.startsWith(nameOf(key)));
}
