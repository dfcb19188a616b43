export interface Obtained {
  readonly scenario: string;
  readonly asked: number;
  readonly hour: number;
  readonly day: number;
  /** The scenario ended because this run asks for no more, and not at a limit of the service. */
  readonly endedByUs: boolean;
  /** The limits that the service promises, or null if it promises none. */
  readonly aim: { readonly hour?: number; readonly day?: number } | null;
  readonly met: boolean;
}

export function sendLines(figures: { perScenario: number; scenarios: readonly Obtained[] }): string[] {
  const row = (name: string, cells: readonly (string | number)[]) =>
    `  ${name.padEnd(32)} ${cells.map((cell) => String(cell).padStart(14)).join('')}`;
  return [
    `  up to ${figures.perScenario} requests each, from other addresses unless the scenario says one network`,
    row('', ['asked', 'most/hour', 'most/24 h', 'aim/hour', 'aim/24 h', 'aim met']),
    ...figures.scenarios.map(({ scenario, asked, hour, day, endedByUs, aim, met }) => {
      const aims = [aim?.hour ?? '–', aim?.day ?? '–'];
      return row(scenario, [
        asked,
        hour,
        endedByUs ? `${day} or more` : day,
        ...aims,
        aim ? (met ? 'yes' : 'NO') : 'NO LIMIT',
      ]);
    }),
  ];
}
