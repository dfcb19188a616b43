import { countedAddress } from '../../budgets/email-budgets.js';
import type { SendPurse } from '../../budgets/send-purse.js';
import type { ChallengePurpose } from '../../otp/otp-purpose.js';
import { purposeOf } from '../../otp/otp-purpose.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import type { ClientNetworks } from '../../platform/client-networks.js';
import { type SubjectHash, subjectHash } from '../../platform/subject-hash.js';
import { type Locale, negotiateLocale, supportedLocale } from '../../texts/locale.js';
import type { EmailRequest } from './decision.js';
import type { EmailFactsQuery } from './facts.repository.js';
import type { Recipient } from './recipient.js';

export interface RequestEmailOtpRules {
  /** Seconds. */
  readonly timeToLive: number;
  /** Seconds. */
  readonly cooldown: number;
  readonly maxAttempts: number;
  /** Of an email, where neither request nor user nor browser names another one. */
  readonly defaultLocale: Locale;
}

/** Everything that the decision depends on, but for what the database knows. */
export interface PreparedEmail extends EmailRequest {
  readonly recipient: Recipient;
  /** What the code is bound to: the address in small letters. */
  readonly destination: string;
  /** The same as limits name it. */
  readonly hashed: SubjectHash;
  readonly purpose: ChallengePurpose;
  readonly networks: ClientNetworks;
  readonly provider: string;
  /** The order of providers that was chosen for this code; null: its route learns no order. */
  readonly route: readonly string[] | null;
}

export interface AcceptedEmail {
  readonly recipient: Recipient;
  readonly networks: ClientNetworks;
  readonly locale: string | null;
  readonly acceptLanguage: string | null;
  readonly provider: string;
  /** The order of providers that was chosen for this code; null: its route learns no order. */
  readonly route: readonly string[] | null;
  /** Whether a suspicious request is refused, because a CAPTCHA can clear it. */
  readonly suspicionCounts: boolean;
  readonly now: Date;
}

interface Tools {
  readonly sends: Pick<SendPurse, 'budgetsOfEmail' | 'suspicionsOfEmail'>;
  readonly secrets: AppSecrets;
  readonly rules: RequestEmailOtpRules;
}

export function prepareEmail(accepted: AcceptedEmail, { sends, secrets, rules }: Tools): PreparedEmail {
  const { recipient, networks, provider, route, suspicionCounts, now } = accepted;
  const { purpose, namedBy, isNewcomer, ownersOnly } = recipient;
  const destination = recipient.address.toLowerCase();
  const domain = destination.slice(destination.lastIndexOf('@') + 1);
  const address = subjectHash(secrets, countedAddress(destination));
  const send = { address, domain, purpose: purposeOf(purpose), networks, namedBy, isNewcomer };
  return {
    hashed: subjectHash(secrets, destination),
    ...{ recipient, destination, purpose, networks, provider, route, now, ownersOnly },
    code: codeRules({ secrets, rules }),
    budgets: {
      all: sends.budgetsOfEmail(send),
      suspicion: suspicionCounts ? sends.suspicionsOfEmail(send) : [],
    },
    locale: {
      requested: supportedLocale(accepted.locale),
      own: supportedLocale(recipient.locale),
      fallback: negotiateLocale({ acceptLanguage: accepted.acceptLanguage, fallback: rules.defaultLocale }),
    },
  };
}

/** The rows that a request is judged by. */
export function emailFactsQuery({ destination, hashed, purpose, budgets, now }: PreparedEmail): EmailFactsQuery {
  const atRows = Object.values(budgets).flatMap((each) => each.filter(({ leased }) => !leased));
  return { address: destination, hashed, purpose, budgets: [...new Set(atRows.map(({ key }) => key))], now };
}

function codeRules({ rules, secrets }: Pick<Tools, 'rules' | 'secrets'>): EmailRequest['code'] {
  const { timeToLive, cooldown, maxAttempts } = rules;
  const known = [secrets.current, secrets.previous].flatMap((secret) => (secret ? [secret.id] : []));
  return { timeToLive, cooldown, maxAttempts, knownSecretIds: known };
}
