import { moneyUnits } from '../../budgets/send-limits.js';
import type { SendPurse } from '../../budgets/send-purse.js';
import type { Prices } from '../../costs/prices.js';
import type { DeviceTokenSubject, DeviceTokens } from '../../devices/device-token.js';
import type { ChallengePurpose, PhonePurpose } from '../../otp/otp-purpose.js';
import type { DestinationRules } from '../../phone/destination.js';
import type { PhoneNumber, PhoneNumberRules } from '../../phone/phone-number.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import type { ClientNetworks } from '../../platform/client-networks.js';
import type { Clock } from '../../platform/clock.js';
import { type SubjectHash, subjectHash } from '../../platform/subject-hash.js';
import type { ProviderName } from '../../providers/message-sender.js';
import { keysOf, type NumberRanges, rangesOf } from '../../pumping/number-ranges.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import type { Channel } from '../../texts/channel.js';
import { type Locale, negotiateLocale, supportedLocale } from '../../texts/locale.js';
import type { OtpRequest } from './decision.js';
import type { FactsQuery } from './facts.repository.js';

export interface RequestOtpCommand {
  readonly phoneNumber: string;
  readonly purpose: PhonePurpose;
  /** The application that a proof of the number is for. */
  readonly audience: string | null;
  /** The session that asks; null: the purpose needs none. */
  readonly session: LiveSession | null;
  readonly channel: Channel;
  readonly locale: string | null;
  readonly deviceToken: string | null;
  readonly acceptLanguage: string | null;
  readonly captchaToken: string | null;
  readonly ipAddress: string | null;
  readonly networks: ClientNetworks;
  /** As in the log line of the request. */
  readonly requestId: string | null;
}

export interface RequestOtpRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly destinations: DestinationRules;
  /** Whether codes are withheld from number ranges that are pumped. */
  readonly pumpingGuard: boolean;
  /** Whether a number without an account is sent a code to sign in. */
  readonly acceptUnknown: boolean;
  /** The applications that a number can be proved for. */
  readonly proofAudiences: readonly string[];
  /** Seconds. */
  readonly timeToLive: number;
  /** Seconds. */
  readonly cooldown: number;
  readonly maxAttempts: number;
  /** Of a message, where neither request nor user nor browser names another one. */
  readonly defaultLocale: Locale;
}

/** A request that has passed what needs no database. */
export interface AcceptedRequest {
  readonly command: RequestOtpCommand;
  readonly purpose: ChallengePurpose;
  readonly number: PhoneNumber;
  /** The provider that would send; null for test numbers, if there is none. */
  readonly provider: ProviderName | null;
  /** The order of providers that was chosen for this code; null: its route learns no order. */
  readonly route: readonly ProviderName[] | null;
  /** Whether no provider of the route sends anything: codes are only shown to a developer. */
  readonly shownOnly: boolean;
  /** Whether a suspicious request is refused, because a CAPTCHA can clear it. */
  readonly suspicionCounts: boolean;
}

/** Everything that the decision depends on, but for what the database knows. */
export interface PreparedRequest extends OtpRequest {
  readonly command: RequestOtpCommand;
  /** What the code is bound to besides the number. */
  readonly purpose: ChallengePurpose;
  readonly phoneNumber: string;
  /** The number as limits name it. */
  readonly hashed: SubjectHash;
  readonly country: string | null;
  readonly device: DeviceTokenSubject | null;
  /** Null: nothing is sent, because it is a test number. */
  readonly provider: ProviderName | null;
  readonly route: readonly ProviderName[] | null;
  /** Whether codes are only shown to a developer. */
  readonly shownOnly: boolean;
}

interface Tools {
  readonly deviceTokens: DeviceTokens;
  readonly guard: { mayProbe(ranges: NumberRanges): boolean };
  readonly sends: Pick<SendPurse, 'budgetsOf' | 'suspicionsOf'>;
  readonly prices: Prices;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly rules: RequestOtpRules;
}

export async function prepare(accepted: AcceptedRequest, tools: Tools): Promise<PreparedRequest> {
  const { command, purpose, number, provider, route, shownOnly } = accepted;
  const { guard, rules } = tools;
  const { phoneNumber } = number;
  const country = number.destination?.country ?? null;
  const device = await tools.deviceTokens.read(command.deviceToken);
  const hashed = subjectHash(tools.secrets, phoneNumber);
  const ranges = rules.pumpingGuard && country !== null ? rangesOf(phoneNumber, country) : null;
  return {
    command,
    purpose,
    phoneNumber,
    hashed,
    country,
    device,
    now: tools.clock.now(),
    // Nothing is sent to a test number.
    provider: number.testCode === null ? provider : null,
    route,
    shownOnly,
    acceptUnknown: rules.acceptUnknown || purpose !== 'SIGN_IN',
    membersOnly: purpose === 'RESET_PASSWORD',
    code: codeRules(tools),
    budgets: budgetsOf(accepted, { device, hashed }, tools),
    guard: ranges && { ranges, probe: guard.mayProbe(ranges) },
    locale: {
      requested: supportedLocale(command.locale) ?? supportedLocale(command.session?.user.locale),
      fallback: negotiateLocale({ acceptLanguage: command.acceptLanguage, fallback: rules.defaultLocale }),
    },
  };
}

/** The rows that a request is judged by. */
export function factsQuery({
  command,
  purpose,
  phoneNumber,
  hashed,
  country,
  device,
  budgets,
  guard,
  now,
}: PreparedRequest): FactsQuery {
  const { channel } = command;
  const atRows = Object.values(budgets).flatMap((each) => each.filter(({ leased }) => !leased));
  const keys = atRows.map(({ key }) => key);
  const ranges = guard ? keysOf(guard.ranges) : [];
  return { phoneNumber, hashed, country, purpose, channel, device, budgets: [...new Set(keys)], ranges, now };
}

function codeRules({ rules, secrets }: Tools): OtpRequest['code'] {
  const { timeToLive, cooldown, maxAttempts } = rules;
  const known = [secrets.current, secrets.previous].flatMap((secret) => (secret ? [secret.id] : []));
  return { timeToLive, cooldown, maxAttempts, knownSecretIds: known };
}

function budgetsOf(
  { command, number, shownOnly, suspicionCounts }: AcceptedRequest,
  { device, hashed }: Pick<PreparedRequest, 'device' | 'hashed'>,
  { sends, prices }: Tools,
): OtpRequest['budgets'] {
  const { phoneNumber, destination } = number;
  const { networks, channel } = command;
  const country = destination?.country ?? null;
  // A call counts as what it costs. What is only shown to a developer costs nothing.
  const units = prices.textsOf({ channel, country });
  const money = shownOnly ? 0 : moneyUnits(prices.priceOf({ channel, country }));
  const send = { phoneNumber, hashed, country, networks, units, money, deviceOf: null };
  return {
    all: sends.budgetsOf(send),
    knownDevice: device ? sends.budgetsOf({ ...send, deviceOf: device.userId }) : [],
    suspicion: suspicionCounts ? sends.suspicionsOf(send) : [],
  };
}
