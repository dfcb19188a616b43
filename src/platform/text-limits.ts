interface TextLimit {
  /** UTF-16 code units, the `length` of a string. */
  readonly maximum: number;
  /** What is limited, for docs/limits.md. */
  readonly about: string;
  readonly refusal: string;
}

const FIELD = '`InvalidInputError`';

/**
 * The longest texts that are read. A text is refused by its length before it is normalized, or before a pattern or a hash
 * runs over it. Otherwise one client could keep a process busy with texts that are as long as a body may be.
 */
export const textLimits = {
  PHONE_NUMBER: { maximum: 64, about: 'phone number', refusal: FIELD },
  CODE: { maximum: 256, about: 'code, or a pasted text that holds it', refusal: FIELD },
  IDENTIFIER: { maximum: 320, about: '`identifier` of `login`', refusal: FIELD },
  // In decomposed form, a character of a new password can be several code units.
  PASSWORD: { maximum: 1024, about: 'password; a new one may have 256 characters', refusal: FIELD },
  EMAIL: {
    maximum: 254,
    about: 'email address (RFC 5321, section 4.5.3.1.3, without the angle brackets)',
    refusal: FIELD,
  },
  NAME: { maximum: 150, about: 'first or last name', refusal: FIELD },
  USERNAME: { maximum: 64, about: 'username', refusal: FIELD },
  LANGUAGE_TAG: { maximum: 35, about: '`locale` (RFC 5646, section 4.4.1)', refusal: FIELD },
  REASON: { maximum: 500, about: '`reason` of an act of administrators', refusal: FIELD },
  BUSINESS: { maximum: 150, about: '`businessType` or `shopId` of a user', refusal: FIELD },
  SEARCH: { maximum: 200, about: '`search` of `cities`', refusal: 'an empty list' },
  USER_SEARCH: {
    maximum: 320,
    about: '`search` of `users`, and `phoneNumber`, `email` and `externalId` of `UserFilter`',
    refusal: 'an empty list',
  },
  EVENT_WORD: {
    maximum: 64,
    about: '`actorName`, `ipAddress` and `requestId` of `AuditEventFilter`',
    refusal: 'an empty list',
  },
  PASSKEY_NAME: { maximum: 64, about: 'name of a passkey', refusal: FIELD },
  PASSKEY_PART: {
    maximum: 32_768,
    about: 'one text in the `response` of a passkey',
    refusal: 'the response counts as invalid',
  },
  TOKEN: { maximum: 4096, about: 'refresh, device or request token', refusal: 'counts as an invalid token' },
} as const satisfies Record<string, TextLimit>;
