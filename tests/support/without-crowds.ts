/** All tests come from one network and ask for numbers of few ranges: what limits crowds would limit them. Tests of
 * these limits set them. */
export const WITHOUT_CROWDS = {
  FIELD_RATE_LIMIT: '1000000',
  HTTP_RATE_LIMIT: '1000000',
  SENDS_PER_NETWORK_PER_HOUR: '1000000000',
  SENDS_PER_COUNTRY_PER_HOUR: '1000000000',
  SENDS_PER_DAY: '1000000000',
  FAILURES_PER_NETWORK_PER_HOUR: '10000000',
  FAILURES_PER_HOUR: '10000000',
  REGISTRATIONS_PER_NETWORK_PER_HOUR: '1000000',
  REGISTRATIONS_PER_DAY: '100000000',
  PUMPING_GUARD: 'off',
} as const;
