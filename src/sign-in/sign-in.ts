import type { FailureTrail } from '../audit/failures/failure-trail.service.js';
import type { Budgets } from '../budgets/budgets.js';
import type { BudgetConfig } from '../budgets/budgets.settings.js';
import type { CaptchaConfig } from '../captcha/captcha.settings.js';
import type { CaptchaGate } from '../captcha/captcha-gate.service.js';
import type { Database } from '../database/database.js';
import type { Prices } from '../costs/prices.js';
import type { DeviceTokens } from '../devices/device-token.js';
import type { DeliveryRoutes } from '../messaging/delivery-routes.js';
import type { Messaging } from '../messaging/messaging.js';
import type { NoticeService } from '../notices/notice.service.js';
import type { NumberSignals } from '../number-signals/number-signals.js';
import type { OtpService } from '../otp/otp.service.js';
import type { OtpConfig } from '../otp/otp.settings.js';
import type { RequestTokens } from '../otp/request-token.js';
import type { Passkeys } from '../passkeys/passkeys.js';
import type { PhoneConfig } from '../phone/phone.settings.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Random } from '../platform/random.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import type { PumpingConfig } from '../pumping/pumping.settings.js';
import type { SessionService } from '../sessions/session.service.js';
import type { TextSettings } from '../texts/text-settings.js';
import type { Users } from '../users/users.js';
import { BeginSessionService } from './begin-session.service.js';
import { CodeRequestNotes } from './code-requests/code-request-notes.js';
import { CodeRequestRepository } from './code-requests/code-request.repository.js';
import { ContinueSignInRepository } from './continue/continue-sign-in.repository.js';
import { ContinueSignInService } from './continue/continue-sign-in.service.js';
import { ContinuationRepository } from './opening/continuation.repository.js';
import { ContinuationTokens } from './opening/continuation-token.js';
import { Openings } from './opening/openings.service.js';
import { ClonedPasskeyRepository } from './passkeys/cloned-passkey.repository.js';
import { ClonedPasskeys } from './passkeys/cloned-passkeys.service.js';
import { PasskeySignInRepository } from './passkeys/passkey-sign-in.repository.js';
import { PasskeySignInService } from './passkeys/passkey-sign-in.service.js';
import { StartPasskeySignInService } from './passkeys/start-passkey-sign-in.service.js';
import { PasswordGuesses } from './password-guesses.service.js';
import { type SignInOptions, signInOptions } from './options/sign-in-options.js';
import { DeletionRepository } from './deletion.repository.js';
import { FirstVerificationRepository } from './first-verification/write.repository.js';
import { LoginRepository } from './login.repository.js';
import { LoginService } from './login.service.js';
import { RegisterRepository } from './register.repository.js';
import { RegisterService } from './register.service.js';
import type { RegisterFormRules } from './register-form.js';
import { RequestOtpRepository } from './request-otp.repository.js';
import type { RequestOtpRules } from './request-otp/prepared-request.js';
import { RequestOtpService } from './request-otp.service.js';
import type { SignInConfig } from './sign-in.settings.js';
import { NumberFactsRepository } from './verify-otp/facts.repository.js';
import { VerifyOtpRepository } from './verify-otp/write.repository.js';
import { VerifyOtpService } from './verify-otp.service.js';

/** The settings of this room, and those of other rooms that its rules need. */
export interface SignInSettings
  extends SignInConfig,
    PhoneConfig,
    OtpConfig,
    BudgetConfig,
    PumpingConfig,
    CaptchaConfig {
  readonly proofs: { readonly audiences: readonly string[] };
  readonly delivery: { readonly routes: DeliveryRoutes; readonly texts: TextSettings };
}

export interface SignInParts {
  readonly db: Database;
  readonly settings: SignInSettings;
  readonly captcha: CaptchaGate;
  readonly otp: OtpService;
  readonly requestTokens: RequestTokens;
  readonly budgets: Budgets;
  readonly prices: Prices;
  readonly deviceTokens: DeviceTokens;
  readonly users: Users;
  readonly sessions: SessionService;
  readonly guard: PumpingGuardService;
  readonly messaging: Messaging;
  readonly notices: NoticeService;
  readonly failureTrail: FailureTrail;
  readonly passkeys: Passkeys;
  /** What mobile networks know of numbers. */
  readonly signals: NumberSignals;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly longestTurnWaitMs?: number | undefined;
}

export interface SignIn {
  readonly services: {
    readonly requestOtp: RequestOtpService;
    readonly verifyOtp: VerifyOtpService;
    readonly continueSignIn: ContinueSignInService;
    readonly register: RegisterService;
    readonly login: LoginService;
    readonly startPasskeySignIn: StartPasskeySignInService;
    readonly passkeySignIn: PasskeySignInService;
    readonly signInOptions: SignInOptions;
  };
  /** For other ways into an account, and what goes on with a continuation. */
  readonly beginning: BeginSessionService;
  readonly openings: Openings;
  readonly continuationTokens: ContinuationTokens;
  readonly continuations: ContinuationRepository;
  readonly clonedPasskeys: ClonedPasskeys;
  /** What is noted of requests for codes. */
  readonly codeRequests: CodeRequestNotes;
  readonly chores: readonly Chore[];
}

export function createSignIn(parts: SignInParts): SignIn {
  const { db, settings, budgets, messaging } = parts;
  const { phoneNumbers, unknownPhone, guesses: limits } = settings;
  // Each service names in its own parts which of these it uses.
  const shared = { ...parts, ...parts.users, ...messaging, failures: budgets.failures, sends: budgets.sends };
  const beginning = new BeginSessionService({ ...shared, deletions: new DeletionRepository(db) });
  const continuationTokens = new ContinuationTokens(parts.secrets, parts.clock);
  const openings = new Openings({ ...shared, continuationTokens, rules: settings.opening });
  const continuations = new ContinuationRepository(db);
  const logins = new LoginRepository(db, parts.secrets);
  const passwordGuesses = new PasswordGuesses({ ...shared, logins, limits });
  const continued = new ContinueSignInRepository(db);
  const clonedPasskeys = new ClonedPasskeys({ ...parts, clones: new ClonedPasskeyRepository(db) });
  const codeRequestRows = new CodeRequestRepository(db);
  const codeRequests = new CodeRequestNotes({ ...parts, rows: codeRequestRows });
  const services = {
    requestOtp: new RequestOtpService({
      ...shared,
      codeRequests,
      requests: new RequestOtpRepository(db),
      rules: requestRules(settings),
    }),
    verifyOtp: new VerifyOtpService({
      ...shared,
      beginning,
      openings,
      numbers: new NumberFactsRepository(db),
      signIns: new VerifyOtpRepository(db),
      firstVerifications: new FirstVerificationRepository(db),
      rules: { phoneNumbers, unknownPhone },
    }),
    register: new RegisterService({
      ...shared,
      beginning,
      registrations: new RegisterRepository(db),
      limits: budgets.registrations,
      rules: registrationRules(settings),
    }),
    login: new LoginService({
      ...shared,
      beginning,
      ...{ openings, logins, passwordGuesses },
      rules: { phoneNumbers },
    }),
    continueSignIn: new ContinueSignInService({
      ...shared,
      ...{ beginning, openings, continuations, continuationTokens, passwordGuesses },
      continued,
    }),
    startPasskeySignIn: new StartPasskeySignInService({ ...parts, rules: { phoneNumbers } }),
    passkeySignIn: new PasskeySignInService({
      ...{ ...shared, limits, beginning, continued, continuations, continuationTokens },
      ...{
        cloned: clonedPasskeys,
        signIns: new PasskeySignInRepository(db),
        dormantAfter: settings.opening.dormantAfter,
      },
    }),
    signInOptions: signInOptions(settings, parts.passkeys),
  };
  const chores = [chore('sign-ins that wait', continuations), chore('requests for codes', codeRequestRows)];
  return { services, beginning, openings, continuationTokens, continuations, clonedPasskeys, codeRequests, chores };
}

function requestRules(settings: SignInSettings): RequestOtpRules {
  const { otp, phoneNumbers, destinations, pumpingGuard, delivery, unknownPhone, proofs } = settings;
  return {
    timeToLive: otp.timeToLive,
    cooldown: otp.cooldown,
    maxAttempts: otp.maxAttempts,
    phoneNumbers,
    destinations,
    pumpingGuard,
    defaultLocale: delivery.texts.defaultLocale,
    acceptUnknown: unknownPhone !== 'reject',
    proofAudiences: proofs.audiences,
  };
}

function registrationRules(settings: SignInSettings): RegisterFormRules {
  const { phoneNumbers, destinations, codeRequired, requiredFields, delivery } = settings;
  const offersCalls = (country: string) => delivery.routes.providersOf({ channel: 'VOICE', country }).length > 0;
  const { serviceName } = delivery.texts;
  return { phoneNumbers, destinations, codeRequired, requiredFields, offersCalls, serviceName };
}
