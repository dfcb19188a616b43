/**
 * What is counted, for operators. Labels take few values: never a phone number, a client or a user, which would make
 * the counters a directory of people, and too many.
 */
export const metricCatalogue = {
  operations_total: {
    help: 'Calls of a root field by what became of them: ok, a failure of its result union, or an error code.',
    labels: ['field', 'result'],
  },
  sends_refused_total: {
    help: 'Codes that were not sent because a budget is spent, by the budget.',
    labels: ['budget'],
  },
  sends_paused_total: {
    help: 'Pauses of sends that the pumping guard wrote, by what is paused: a range, a block of ranges, a country.',
    labels: ['scope'],
  },
  sends_withheld_total: {
    help: 'Codes that were not sent because the pumping guard has paused their range.',
    labels: ['country'],
  },
  guesses_refused_total: {
    help: 'Guesses that were not looked at because there were too many wrong ones: from a network, or from all.',
    labels: ['limit'],
  },
  captchas_total: {
    help: 'CAPTCHA solutions by what the provider said of them: passed, failed or unavailable.',
    labels: ['verdict'],
  },
  messages_total: {
    help: 'Attempts to hand a message to a provider by what it said: accepted, or why not; and messages given up untried.',
    labels: ['provider', 'channel', 'country', 'outcome'],
  },
  message_reports_total: {
    help: 'Messages that a provider had taken by what it reported later: delivered, or why not.',
    labels: ['provider', 'channel', 'country', 'outcome'],
  },
  message_delivery_seconds: {
    help: 'Seconds from the request for a code until the provider reported the message as delivered.',
    labels: ['provider', 'channel', 'country'],
    buckets: [1, 2, 5, 10, 20, 30, 60, 120, 300, 600],
  },
  messages_verified_total: {
    help: 'Messages whose code was proved: divide by accepted ones for the share that is.',
    labels: ['provider', 'channel', 'country'],
  },
  messages_cost_total: {
    help: 'What messages cost where the provider tells it, in units of the currency (ISO 4217).',
    labels: ['provider', 'channel', 'country', 'currency'],
  },
  breaker_changes_total: {
    help: 'How often the breaker of a provider opened (nothing is sent), half-opened (one message tries) and closed.',
    labels: ['provider', 'state'],
  },
} as const satisfies Record<
  string,
  { readonly help: string; readonly labels: readonly string[]; readonly buckets?: readonly number[] }
>;

export type MetricName = keyof typeof metricCatalogue;
/** Those that are measured instead of counted. */
export type HistogramName = {
  [Name in MetricName]: (typeof metricCatalogue)[Name] extends { buckets: readonly number[] } ? Name : never;
}[MetricName];
export type CounterName = Exclude<MetricName, HistogramName>;
export type MetricLabels<Name extends MetricName> = Readonly<
  Record<(typeof metricCatalogue)[Name]['labels'][number], string>
>;

/** Counts for whoever watches the service. Counting never fails and never waits. */
export interface Metrics {
  /** @param by how much, 1 by default. */
  count<Name extends CounterName>(name: Name, labels: MetricLabels<Name>, by?: number): void;
  observe<Name extends HistogramName>(name: Name, labels: MetricLabels<Name>, value: number): void;
}
