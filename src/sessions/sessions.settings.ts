import { number, type SettingsContext, type SettingValues, setting, text } from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';
import { ClaimsTemplate } from './token-claims.js';

const DAY = 86_400;
const YEAR = 365 * DAY;

export const sessionSettings = {
  TOKEN_AUDIENCE: setting(
    text,
    'PUBLIC_URL',
    'Audience (aud) of access tokens. Comma-separated where several services accept them: aud is then an array.',
  ),
  ACCESS_TOKEN_TTL: setting(number(900, 60, DAY), '900', 'Life of an access token.'),
  ACCESS_TOKEN_CLAIMS: setting(
    text,
    '(none)',
    'JSON object of extra claims for access tokens, with placeholders: {"email":"{{user.email}}"} (docs/verifying-tokens.md).',
  ),
  REFRESH_TOKEN_TTL: setting(
    number(2_592_000, 60, YEAR),
    '2592000',
    'A session ends when it is not refreshed for this time.',
  ),
  SESSION_MAX_AGE: setting(number(7_776_000, 60, 10 * YEAR), '7776000', 'A session ends after this time in any case.'),
  REFRESH_GRACE: setting(
    number(30, 0, 300),
    '30',
    'During this time a replaced refresh token still gets its successor, and the new one is not replaced: answers get lost, and calls run in parallel.',
  ),
  SESSIONS_PER_USER: setting(
    number(100, 1, 10_000),
    '100',
    'Living sessions of a user. A sign-in beyond them ends the session that was not used for longest.',
  ),
} as const;

export interface SessionConfig {
  /** Empty: the address of the service. */
  readonly tokenAudience: readonly string[];
  readonly accessTokenTtl: number;
  /** Claims of access tokens besides the service's own. */
  readonly accessTokenClaims: ClaimsTemplate | null;
  readonly sessions: {
    readonly refreshTokenTtl: number;
    readonly maxAge: number;
    readonly refreshGrace: number;
    readonly mostPerUser: number;
  };
}

export function readSessions(values: SettingValues<typeof sessionSettings>, context: SettingsContext): SessionConfig {
  return {
    tokenAudience: readAudience(values.TOKEN_AUDIENCE, context),
    accessTokenTtl: values.ACCESS_TOKEN_TTL,
    accessTokenClaims: readClaims(values.ACCESS_TOKEN_CLAIMS, context),
    sessions: {
      refreshTokenTtl: values.REFRESH_TOKEN_TTL,
      maxAge: values.SESSION_MAX_AGE,
      refreshGrace: values.REFRESH_GRACE,
      mostPerUser: values.SESSIONS_PER_USER,
    },
  };
}

function readAudience(list: string | undefined, { complain }: SettingsContext): string[] {
  const audience = [...new Set(splitList(list))];
  if (list !== undefined && audience.length === 0) complain('TOKEN_AUDIENCE has a comma only. Name an audience.');
  return audience;
}

function readClaims(json: string | undefined, { complain }: SettingsContext): ClaimsTemplate | null {
  if (json === undefined) return null;
  const reading = ClaimsTemplate.read(json);
  if (reading.kind === 'template') return reading.template;
  for (const problem of reading.problems) complain(`ACCESS_TOKEN_CLAIMS ${problem}`);
  return null;
}
