/** How operators name what is paused: the digits of a range or block, or the code of a country. */
export function nameOf(key: string): string {
  const [level, country = '', digits] = key.split(':');
  return level === 'country' ? country : (digits ?? key);
}

/** What operators call `name`, as they may type it: `+977 980 01`, `np`. */
export function isNamed(key: string, name: string): boolean {
  return nameOf(key) === name.replace(/[^0-9a-z]/gi, '').toUpperCase();
}
