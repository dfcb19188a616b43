/**
 * All metrics. A label has few values and is never a phone number, a client or a user: metrics must not identify
 * people, and each value of a label makes another time series.
 */
export const metricCatalogue = {
  operations_total: {
    help: 'Calls of a root field, by result: ok, a failure of its result union, or an error code.',
    labels: ['field', 'result'],
  },
  operation_seconds: {
    help: 'Seconds that a call of a root field takes, by result: ok, a failure of its result union, or an error code.',
    labels: ['field', 'result'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  build_info: {
    help: 'Always 1. The labels say which build runs, and on which Node; commit is empty where the build does not know it.',
    labels: ['version', 'commit', 'node'],
    gauge: true,
  },
  database_up: {
    help: '1 while the database answers and takes writes, as this process sees it. Otherwise 0.',
    labels: [],
    gauge: true,
  },
  database_probe_seconds: {
    help: 'Seconds that the latest probe of the database took, with the wait for a connection. No value while the database is away.',
    labels: [],
    gauge: true,
  },
  database_pool_size: {
    help: 'Connections that this process may open (DATABASE_POOL).',
    labels: [],
    gauge: true,
  },
  database_pool_connections: {
    help: 'Open connections of this process, by state: in_use or idle.',
    labels: ['state'],
    gauge: true,
  },
  database_pool_waiting: {
    help: 'Statements and transactions of this process that wait for a connection.',
    labels: [],
    gauge: true,
  },
  hashing_running: {
    help: 'Password hashes that this process computes now.',
    labels: [],
    gauge: true,
  },
  hashing_waiting: {
    help: 'Password hashes that wait for a thread of this process, by kind: login or registration.',
    labels: ['kind'],
    gauge: true,
  },
  requests_refused_total: {
    help: 'Requests to /graphql that were refused with HTTP 429, because their network sent too many.',
    labels: [],
  },
  sends_refused_total: {
    help: 'Codes that were not sent because a budget is spent, by budget.',
    labels: ['budget'],
  },
  send_budget_filling: {
    help: 'Part of a shared send budget that is spent, by budget and window: of the service, of newcomers, of each country beyond a tenth. Take the maximum over processes.',
    labels: ['budget', 'window'],
    gauge: true,
  },
  sends_paused_total: {
    help: 'Pauses that the pumping guard began, by what is paused: a number range, or a block of ranges.',
    labels: ['scope'],
  },
  code_requests_unnoted_total: {
    help: 'Requests for codes of which no note was kept, because too many were refused in a minute or the database is away.',
    labels: [],
  },
  pauses_in_force: {
    help: 'Pauses of the pumping guard that hold now, by what is paused (range or block) and country. Take the maximum over processes.',
    labels: ['scope', 'country'],
    gauge: true,
  },
  otp_steps_total: {
    help: 'Codes by step: requested (also where the request is refused), sent (a provider took it; once more where it is sent again), delivered (the provider says so), verified.',
    labels: ['step', 'channel', 'country'],
  },
  outbox_messages: {
    help: 'Messages that are not sent yet, by state: due (no process has taken them up), or waiting (in hand, or for another attempt). Counted up to 10,000. Take the maximum over processes.',
    labels: ['state'],
    gauge: true,
  },
  outbox_oldest_due_seconds: {
    help: 'For how long the message is due that has been due longest. Take the maximum over processes.',
    labels: [],
    gauge: true,
  },
  sends_withheld_total: {
    help: 'Codes that were not sent because the pumping guard has paused the range of the number.',
    labels: ['country'],
  },
  notices_withheld_total: {
    help: 'Notices to owners of accounts that were not sent because the budget of notices or of money is spent, by kind.',
    labels: ['notice'],
  },
  guesses_refused_total: {
    help: 'Guesses that were refused unchecked after too many wrong ones, by limit: from one network, or from all together.',
    labels: ['limit'],
  },
  guess_limit_filling: {
    help: 'Part of the limit on wrong guesses of all unknown clients together (a twelfth of FAILURES_PER_HOUR for five minutes) that is used. Take the maximum over processes.',
    labels: [],
    gauge: true,
  },
  registration_limit_filling: {
    help: 'Part of REGISTRATIONS_PER_DAY that is used, by window. Take the maximum over processes.',
    labels: ['window'],
    gauge: true,
  },
  registrations_refused_total: {
    help: 'Registrations without a code that were refused because a budget is spent, by budget: of a network, of a wide network, or of all.',
    labels: ['budget'],
  },
  captchas_total: {
    help: 'CAPTCHA solutions, by verdict of the provider: passed, failed or unavailable.',
    labels: ['verdict'],
  },
  number_signals_total: {
    help: 'Questions to mobile networks about a number, by signal and answer: yes, no, unknown, or away where none came.',
    labels: ['signal', 'answer'],
  },
  messages_total: {
    help: 'Attempts to send a message through a provider, by outcome: accepted, or the reason of the failure. Also counts messages that were given up without an attempt.',
    labels: ['provider', 'channel', 'country', 'outcome'],
  },
  message_reports_total: {
    help: 'Messages that a provider had accepted, by what it reported later: delivered, or the reason of the failure.',
    labels: ['provider', 'channel', 'country', 'outcome'],
  },
  message_delivery_seconds: {
    help: 'Seconds from the request for a code until the provider reported the message as delivered.',
    labels: ['provider', 'channel', 'country'],
    buckets: [1, 2, 5, 10, 20, 30, 60, 120, 300, 600],
  },
  messages_verified_total: {
    help: 'Messages whose code was verified. Divide by accepted messages to get the share.',
    labels: ['provider', 'channel', 'country'],
  },
  verified_feedback_total: {
    help: 'News to providers that a code was verified, by outcome: told, refused (the provider does not want to know), or unavailable (it is told again later).',
    labels: ['provider', 'outcome'],
  },
  provider_balance: {
    help: 'Money left with a provider, in units of the currency (ISO 4217), read every quarter of an hour. No value where the provider has not told it for an hour. Take the minimum over processes.',
    labels: ['provider', 'currency'],
    gauge: true,
  },
  messages_cost_total: {
    help: 'Cost of messages, as far as the provider tells it, in units of the currency (ISO 4217).',
    labels: ['provider', 'channel', 'country', 'currency'],
  },
  route_first: {
    help: '1 for the provider that gets most codes first, where the order of a route is learned (auto).',
    labels: ['provider', 'channel', 'country'],
    gauge: true,
  },
  route_tries_total: {
    help: 'Codes that were sent through another provider first than the one that gets most, to learn about it (auto). Counted some minutes later, by the process that judged them.',
    labels: ['provider', 'channel', 'country'],
  },
  breaker_changes_total: {
    help: 'How often the circuit breaker of a provider opened (nothing is sent), half-opened (one message tries) and closed.',
    labels: ['provider', 'state'],
  },
  breaker_open: {
    help: '1 while this process sends nothing through a provider, or tries it with one message. Otherwise 0.',
    labels: ['provider'],
    gauge: true,
  },
  events_total: {
    help: 'Attempts to deliver an event to EVENTS_URL, by outcome: delivered, refused by the receiver, or the receiver was away.',
    labels: ['outcome'],
  },
  events_waiting_users: {
    help: 'Users with events that are not delivered yet, counted up to 100,000. Take the maximum over processes.',
    labels: [],
    gauge: true,
  },
  events_oldest_seconds: {
    help: 'Age of the oldest event that is not delivered yet. Take the maximum over processes.',
    labels: [],
    gauge: true,
  },
  log_lines_dropped_total: {
    help: 'Log lines that could not be written, because the disk is full or because nothing reads the log.',
    labels: [],
  },
} as const satisfies Record<
  string,
  {
    readonly help: string;
    readonly labels: readonly string[];
    readonly buckets?: readonly number[];
    readonly gauge?: true;
  }
>;

export type MetricName = keyof typeof metricCatalogue;
/** Metrics that are measured instead of counted. */
export type HistogramName = {
  [Name in MetricName]: (typeof metricCatalogue)[Name] extends { buckets: readonly number[] } ? Name : never;
}[MetricName];
/** Metrics that go up and down. */
export type GaugeName = {
  [Name in MetricName]: (typeof metricCatalogue)[Name] extends { gauge: true } ? Name : never;
}[MetricName];
export type CounterName = Exclude<MetricName, HistogramName | GaugeName>;
export type MetricLabels<Name extends MetricName> = Readonly<
  Record<(typeof metricCatalogue)[Name]['labels'][number], string>
>;

/** Sets gauges of what all processes share, by a statement that takes a few milliseconds at most. */
export type SharedGauge = () => Promise<void>;

/** Metrics for operators. Counting never fails and never waits. */
export interface Metrics {
  /** @param by the number to add, 1 by default. */
  count<Name extends CounterName>(name: Name, labels: MetricLabels<Name>, by?: number): void;
  observe<Name extends HistogramName>(name: Name, labels: MetricLabels<Name>, value: number): void;
  /** A gauge that is read anew for each scrape. Reading must be cheap: it asks no other machine. */
  follow<Name extends GaugeName>(name: Name, labels: MetricLabels<Name>, read: () => number): void;
  /** @param value null where these labels are no longer shown. */
  set<Name extends GaugeName>(name: Name, labels: MetricLabels<Name>, value: number | null): void;
}
