/** Words and times that several limits share. */

export const FIVE_MINUTES = 300;
export const HOUR = 3600;
export const DAY = 86_400;
export const SLICES = '5 min, 1 h and 24 h';
export const NOT_SENT = '`TooManyRequestsError` with `retryAfterSeconds`';
export const SERVICE = { setting: 'SENDS_PER_DAY' } as const;
