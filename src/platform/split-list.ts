/** The entries of a list that is separated by commas, without spaces around them and without empty ones. */
export function splitList(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
