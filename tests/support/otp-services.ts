import { FailureTrailRepository } from '../../src/audit/failures/failure-trail.repository.js';
import { FailureTrail } from '../../src/audit/failures/failure-trail.service.js';
import { CaptchaGate } from '../../src/captcha/captcha-gate.service.js';
import { FailureLimitRepository } from '../../src/budgets/failure-limit.repository.js';
import type { FailureLimits } from '../../src/budgets/failure-budgets.js';
import { FailureLimitService } from '../../src/budgets/failure-limit.service.js';
import { LeaseRepository } from '../../src/budgets/lease.repository.js';
import { Prices } from '../../src/costs/prices.js';
import { RateBudgetRepository } from '../../src/budgets/rate-budget.repository.js';
import { SendPurse } from '../../src/budgets/send-purse.js';
import type { Database } from '../../src/database/database.js';
import { DeviceTokens } from '../../src/devices/device-token.js';
import { DeliveryRoutes } from '../../src/messaging/delivery-routes.js';
import { createMessaging } from '../../src/messaging/messaging.js';
import { GuessRepository } from '../../src/otp/guess.repository.js';
import { OtpService } from '../../src/otp/otp.service.js';
import { RequestTokens } from '../../src/otp/request-token.js';
import { TestPhones } from '../../src/phone/test-phones.js';
import { appSecret } from '../../src/platform/app-secret.js';
import { createLogger } from '../../src/platform/logger.js';
import { systemRandom } from '../../src/platform/random.js';
import { ProofCounterRepository } from '../../src/pumping/proof-counter.repository.js';
import { PumpingGuardService } from '../../src/pumping/pumping-guard.service.js';
import { SendPauseRepository } from '../../src/pumping/send-pause.repository.js';
import { AccessTokens } from '../../src/sessions/access-token.js';
import { EndSessionRepository } from '../../src/sessions/end-session.repository.js';
import { RefreshRepository } from '../../src/sessions/refresh.repository.js';
import { RefreshTokens } from '../../src/sessions/refresh-token.js';
import { noSignals } from '../../src/number-signals/number-signals.js';
import { SessionRepository } from '../../src/sessions/session.repository.js';
import { SessionService } from '../../src/sessions/session.service.js';
import type { SigningKeys } from '../../src/sessions/signing-keys.js';
import { BeginSessionService } from '../../src/sign-in/begin-session.service.js';
import { DeletionRepository } from '../../src/sign-in/deletion.repository.js';
import { FirstVerificationRepository } from '../../src/sign-in/first-verification/write.repository.js';
import { RequestOtpRepository } from '../../src/sign-in/request-otp.repository.js';
import { RequestOtpService } from '../../src/sign-in/request-otp.service.js';
import { ContinuationTokens } from '../../src/sign-in/opening/continuation-token.js';
import { Openings } from '../../src/sign-in/opening/openings.service.js';
import { NumberFactsRepository } from '../../src/sign-in/verify-otp/facts.repository.js';
import { VerifyOtpRepository } from '../../src/sign-in/verify-otp/write.repository.js';
import { VerifyOtpService } from '../../src/sign-in/verify-otp.service.js';
import type { ModelRules } from './guess-model.js';
import { ManualClock } from './manual-clock.js';
import { PLAIN_TEXTS } from './delivery/plain-texts.js';
import { RecordingSender } from './delivery/recording-sender.js';
import { TEST_SECRET } from './service.js';
import { noMetrics } from './no-metrics.js';

const MANY = 1_000_000;
/** What the model knows nothing of: no send is too many, no country is refused. */
const SENDS = {
  perNumberPerHour: MANY,
  perNumberPerDay: MANY,
  perNetworkPerHour: MANY,
  perCountryPerHour: MANY,
  perDay: MANY,
  spendPerDay: null,
};
const NO_PRICES = { SMS: new Map(), WHATSAPP: new Map(), TELEGRAM: new Map(), VOICE: new Map(), EMAIL: new Map() };
const RULES = {
  pumpingGuard: false,
  destinations: { allowedCountries: null },
  acceptUnknown: true,
  proofAudiences: [],
  defaultLocale: 'en' as const,
};

/** requestOtp and verifyOtp without HTTP and GraphQL around them, each set with a clock of its own. */
export function openOtpServices(parts: {
  db: Database;
  keys: SigningKeys;
  rules: ModelRules;
  /** Out of the way unless given. */
  failureLimits?: FailureLimits;
  /** Off unless given. */
  captcha?: CaptchaGate;
}) {
  const { db, keys, rules, failureLimits = { perNetworkPerHour: 10_000_000, perHour: 10_000_000 } } = parts;
  const [clock, random, sender] = [new ManualClock(), systemRandom, new RecordingSender()];
  const secrets = { current: appSecret(TEST_SECRET), previous: null };
  const testPhones = new TestPhones(new Map(), null);
  const phoneNumbers = { defaultRegion: null, exampleCountry: 'NP' as const, testPhones };
  const { lockAfter, lockDuration, perDay, maxAttempts } = rules;
  const limits = { lockAfter, lockDuration, perDay };
  const guesses = new GuessRepository(db);
  const watchers = { logger: createLogger('silent'), metrics: noMetrics };
  const captcha = parts.captcha ?? new CaptchaGate({ mode: 'off' }, watchers);
  const failures = new FailureLimitService({
    failures: new FailureLimitRepository(db),
    limits: failureLimits,
    ...watchers,
  });
  const deviceTokens = new DeviceTokens(secrets, clock, 86_400);
  const requestTokens = new RequestTokens(secrets, clock);
  const otp = new OtpService({
    onLocked: () => {},
    failureTrail: new FailureTrail({ failures: new FailureTrailRepository(db), ...watchers }),
    guesses,
    failures,
    secrets,
    random,
    testPhones,
    requestTokens,
    rules: { maxAttempts, limits, timeToLive: rules.timeToLive },
  });
  const settings = {
    issuer: 'http://model.test',
    audience: ['http://model.test'] as const,
    timeToLive: 900,
    extraClaims: null,
  };
  const sessions = new SessionService({
    accessTokens: new AccessTokens({ keys, settings, clock, random }),
    refreshTokens: new RefreshTokens(secrets, clock),
    sessions: new SessionRepository(db),
    endings: new EndSessionRepository(db),
    refreshes: new RefreshRepository(db),
    rules: { refreshTokenTtl: 86_400, maxAge: 86_400, refreshGrace: 30, mostPerUser: 100 },
    logger: createLogger('silent'),
    ...{ clock, random, onUse: () => undefined },
  });
  const sends = new SendPurse({
    ...{ settings: SENDS, busiestDay: async () => 0, clock, ...watchers },
    leases: new LeaseRepository(db),
    budgets: new RateBudgetRepository(db),
  });
  const prices = new Prices({ currency: 'USD', prices: NO_PRICES });
  const guard = new PumpingGuardService({
    counters: new ProofCounterRepository(db),
    pauses: new SendPauseRepository(db),
    ...watchers,
    ...{ clock, random },
  });
  const { outbox, deliveries } = createMessaging({
    ...{ db, secrets, testPhones, requestTokens, maxAttempts, clock, random, guard, ...watchers },
    sendAfterAnswer: { least: 0, most: 0 },
    routes: new DeliveryRoutes([{ channel: 'SMS', countries: null, providers: ['console'] }]),
    senders: new Map([['console', sender]]),
    developmentProviders: new Set(),
    texts: PLAIN_TEXTS,
  });
  const beginning = new BeginSessionService({
    captcha,
    sessions,
    deletions: new DeletionRepository(db),
    deviceTokens,
    guard,
    deliveries,
    clock,
    random,
  });
  return {
    clock,
    phone: sender,
    requestOtp: new RequestOtpService({
      requests: new RequestOtpRepository(db),
      codeRequests: { note: () => undefined },
      rules: { ...rules, ...RULES, phoneNumbers },
      ...{ captcha, outbox, requestTokens, deviceTokens, guard, sends, prices, secrets, clock, random, ...watchers },
    }),
    verifyOtp: new VerifyOtpService({
      openings: new Openings({
        continuationTokens: new ContinuationTokens(secrets, clock),
        signals: noSignals,
        rules: { dormantAfter: 90, claimBackAfter: 3, passkeyRecoveryAfter: 7 },
        ...{ clock, random },
      }),
      numbers: new NumberFactsRepository(db),
      signIns: new VerifyOtpRepository(db),
      notices: { prepare: () => [], send: () => undefined },
      passkeys: { adding: true },
      firstVerifications: new FirstVerificationRepository(db),
      rules: { phoneNumbers, unknownPhone: 'sign-up' },
      ...{ beginning, otp, clock, random },
    }),
    drain: () => outbox.drain(),
  };
}

export type OtpServices = ReturnType<typeof openOtpServices>;
