import type { UserErrorName } from '../schema-cache.js';
import type { DestinationRefusal, FieldErrorCode } from '../schema-types.js';

type ThrownCode = 'NETWORK' | 'SESSION_CHANGED' | 'PASSKEY_CANCELLED' | 'PASSKEY_EXISTS' | 'PASSKEY_UNSUPPORTED';

/** The texts of one language. `{n}` is a number, and `{when}` is "in 5 minutes". */
export interface Texts {
  /** BCP 47. Its rules choose the forms of plurals. */
  readonly locale: string;
  /** Between two sentences; absent: a space. */
  readonly space?: string;
  /** Stand beside a field. */
  readonly fields: Readonly<Record<FieldErrorCode, string>>;
  /** Follow `fields.TOO_SHORT` and `fields.TOO_LONG` where the length is known. */
  readonly minimum: string;
  readonly maximum: string;
  readonly failures: Readonly<Record<UserErrorName, string>>;
  /** In place of the text of `DestinationNotAllowedError`, and of `InvalidCredentialsError` where a passkey was refused. */
  readonly reasons: Readonly<Record<DestinationRefusal | 'PASSKEY', string>>;
  /** For what the client throws (`AccountsError`). `OTHER` stands for every code that is not named. */
  readonly errors: Readonly<Record<ThrownCode | 'OTHER', string>>;
  /** Follows a wrong code or password, from 1 on: a text for each form of plurals (`Intl.PluralRules`). */
  readonly attempts: Plural;
  /** Follows a wrong code that was the last attempt. */
  readonly newCode: string;
  /** Follows what goes away by itself. */
  readonly tryAgain: string;
  /** In its place where the platform cannot write "in 5 minutes" in this language. */
  readonly tryLater: string;
}

export type Plural = { readonly [Form in Intl.LDMLPluralRule]?: string } & { readonly other: string };
