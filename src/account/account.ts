import type { FailureTrail } from '../audit/failures/failure-trail.service.js';
import type { BudgetConfig } from '../budgets/budgets.settings.js';
import type { SendPurse } from '../budgets/send-purse.js';
import type { CaptchaGate } from '../captcha/captcha-gate.service.js';
import type { Database } from '../database/database.js';
import type { Messaging } from '../messaging/messaging.js';
import type { NoticeService } from '../notices/notice.service.js';
import type { NumberSignals } from '../number-signals/number-signals.js';
import type { OtpService } from '../otp/otp.service.js';
import type { OtpConfig } from '../otp/otp.settings.js';
import type { RequestTokens } from '../otp/request-token.js';
import type { PasskeyRow } from '../passkeys/passkey.table.js';
import type { Passkeys } from '../passkeys/passkeys.js';
import type { PhoneConfig } from '../phone/phone.settings.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import { listLoaderOf, type Loader } from '../platform/loader.js';
import type { Metrics } from '../platform/metrics.js';
import type { Random } from '../platform/random.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import type { SessionService } from '../sessions/session.service.js';
import type { SignIn } from '../sign-in/sign-in.js';
import type { TextSettings } from '../texts/text-settings.js';
import type { Users } from '../users/users.js';
import type { AccountConfig } from './account.settings.js';
import { ChangePasswordRepository } from './change-password.repository.js';
import { ChangePasswordService } from './change-password.service.js';
import { CurrentPasswordService } from './current-password.service.js';
import { DeleteAccountService } from './leaving/delete-account.service.js';
import { DueDeletions } from './leaving/due-deletions.js';
import { ErasureRepository } from './leaving/erasure.repository.js';
import { ExportMyDataService } from './leaving/export-my-data.service.js';
import { ExportRepository } from './leaving/export.repository.js';
import { FarewellRepository } from './leaving/farewell.repository.js';
import { ScheduleRepository } from './leaving/schedule.repository.js';
import { type NumberChangeParts, type NumberChanges, createNumberChanges } from './number-changes.js';
import { OwnPasskeyRepository } from './passkeys/own-passkeys.repository.js';
import { OwnPasskeyService } from './passkeys/own-passkeys.service.js';
import { PasskeyRegistrationService } from './passkeys/passkey-registration.service.js';
import { PasskeyRegistrationRepository } from './passkeys/registration.repository.js';
import { ProfileRepository } from './profile/profile.repository.js';
import { UpdateProfileService } from './profile/update-profile.service.js';
import { PasskeyProofRepository } from './reauthenticate/passkey-proof.repository.js';
import { PasskeyProofs } from './reauthenticate/passkey-proof.service.js';
import { ReauthenticateRepository } from './reauthenticate/reauthenticate.repository.js';
import { ReauthenticateService } from './reauthenticate/reauthenticate.service.js';
import { RemovePasswordService } from './remove-password/remove-password.service.js';
import { ResetFactsRepository } from './reset-password/facts.repository.js';
import { ResetPasswordService } from './reset-password/reset-password.service.js';
import { ResetPasswordRepository } from './reset-password/write.repository.js';
import { RequestEmailOtpRepository } from './request-email-otp/request-email-otp.repository.js';
import { RequestEmailOtpService } from './request-email-otp/request-email-otp.service.js';
import { VerifyEmailRepository } from './verify-email/verify-email.repository.js';
import { VerifyEmailService } from './verify-email/verify-email.service.js';

/** The settings of other rooms that the rules of this one need. */
export interface AccountSettings extends BudgetConfig, OtpConfig, PhoneConfig, AccountConfig {
  readonly delivery: { readonly texts: TextSettings };
}

export interface AccountParts extends Pick<NumberChangeParts, 'failures' | 'deviceTokens' | 'guard'> {
  readonly db: Database;
  readonly settings: AccountSettings;
  readonly users: Users;
  readonly notices: NoticeService;
  readonly failureTrail: FailureTrail;
  readonly passkeys: Passkeys;
  readonly captcha: CaptchaGate;
  readonly signals: NumberSignals;
  readonly otp: OtpService;
  readonly requestTokens: RequestTokens;
  readonly sends: SendPurse;
  readonly messaging: Pick<Messaging, 'outbox' | 'deliveries'>;
  readonly sessions: SessionService;
  /** What ways into an account share. */
  readonly signIn: Pick<SignIn, 'clonedPasskeys' | 'beginning' | 'openings' | 'continuationTokens' | 'continuations'>;
  readonly guard: PumpingGuardService;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
}

export interface Account {
  readonly services: {
    readonly changePassword: ChangePasswordService;
    readonly requestEmailOtp: RequestEmailOtpService;
    readonly verifyEmail: VerifyEmailService;
    readonly resetPassword: ResetPasswordService;
    readonly reauthenticate: ReauthenticateService;
    readonly removePassword: RemovePasswordService;
    readonly updateProfile: UpdateProfileService;
    readonly deleteAccount: DeleteAccountService;
    readonly exportMyData: ExportMyDataService;
    readonly passkeyRegistration: PasskeyRegistrationService;
    readonly ownPasskeys: OwnPasskeyService;
  } & NumberChanges['services'];
  /** For one request. */
  readonly loaders: () => AccountLoaders;
  readonly chores: readonly Chore[];
}

export interface AccountLoaders {
  readonly passkeysOf: Loader<readonly PasskeyRow[]>;
}

/** The life of an account: what its owner changes after signing in. */
export function createAccount(parts: AccountParts): Account {
  const { db, settings } = parts;
  const { guesses: limits, delivery, otp } = settings;
  const { serviceName, defaultLocale } = delivery.texts;
  // Each service names in its own parts which of these it uses.
  const shared = { ...parts, ...parts.users, ...parts.messaging, ...parts.signIn, limits, serviceName };
  const erasures = new ErasureRepository(db);
  const leaving = { ...shared, erasures, graceDays: settings.deletionGrace };
  const changes = new ChangePasswordRepository(db);
  const ofPasswords = { changes, currentPasswords: new CurrentPasswordService({ ...shared, changes }) };
  const numberChanges = createNumberChanges(shared);
  return {
    services: {
      changePassword: new ChangePasswordService({ ...shared, ...ofPasswords }),
      resetPassword: new ResetPasswordService({
        ...{ ...shared, phoneNumbers: settings.phoneNumbers },
        resetFacts: new ResetFactsRepository(db),
        resets: new ResetPasswordRepository(db),
      }),
      removePassword: new RemovePasswordService({ ...shared, ...ofPasswords }),
      reauthenticate: new ReauthenticateService({
        ...{ ...shared, ...ofPasswords },
        ...{ passkeyProofs: new PasskeyProofs(shared), byPasskeys: new PasskeyProofRepository(db) },
        reauthentications: new ReauthenticateRepository(db),
      }),
      requestEmailOtp: new RequestEmailOtpService({
        ...shared,
        emailRequests: new RequestEmailOtpRepository(db),
        rules: { ...otp, defaultLocale },
      }),
      verifyEmail: new VerifyEmailService({ ...shared, emails: new VerifyEmailRepository(db) }),
      updateProfile: new UpdateProfileService({ ...shared, profiles: new ProfileRepository(db) }),
      deleteAccount: new DeleteAccountService({ ...leaving, schedules: new ScheduleRepository(db) }),
      exportMyData: new ExportMyDataService({ ...shared, exports: new ExportRepository(db, parts.secrets) }),
      passkeyRegistration: new PasskeyRegistrationService({
        ...shared,
        registrations: new PasskeyRegistrationRepository(db),
      }),
      ownPasskeys: new OwnPasskeyService({ ...shared, ownPasskeys: new OwnPasskeyRepository(db) }),
      ...numberChanges.services,
    },
    loaders: () => ({
      passkeysOf: listLoaderOf(
        (ids) => parts.passkeys.keys.list(ids),
        ({ userId }) => userId,
      ),
    }),
    chores: [
      ...numberChanges.chores,
      chore('accounts whose owners left', new DueDeletions(leaving.erasures)),
      chore('numbers of people who left', new FarewellRepository(db)),
    ],
  };
}
