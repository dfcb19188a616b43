/**
 * What is counted, for operators. Labels take few values: never a phone number, a client or a user, which would make
 * the counters a directory of people, and too many.
 */
export const metricCatalogue = {
  operations_total: {
    help: 'Calls of a root field by what became of them: ok, a failure of its result union, or an error code.',
    labels: ['field', 'result'],
  },
  messages_total: {
    help: 'Attempts to hand a message to a provider by what it said: accepted, or why not; and messages given up untried.',
    labels: ['provider', 'outcome'],
  },
  breaker_changes_total: {
    help: 'How often the breaker of a provider opened (nothing is sent), half-opened (one message tries) and closed.',
    labels: ['provider', 'state'],
  },
} as const satisfies Record<string, { readonly help: string; readonly labels: readonly string[] }>;

export type MetricName = keyof typeof metricCatalogue;
export type MetricLabels<Name extends MetricName> = Readonly<
  Record<(typeof metricCatalogue)[Name]['labels'][number], string>
>;

/** Counts for whoever watches the service. Counting never fails and never waits. */
export interface Metrics {
  count<Name extends MetricName>(name: Name, labels: MetricLabels<Name>): void;
}
