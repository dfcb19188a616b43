// Made from schema.graphql by npm run generate. Descriptions are those of the schema.

/** An input of which the client knows some fields from the calls before. */
export type Remembered<Input, Known extends keyof Input> = Omit<Input, Known> & Partial<Pick<Input, Known>>;

/** An administrator locked the account. What was shown is right, but opens nothing while the lock lasts. */
export interface AccountDisabledError {
  readonly __typename: 'AccountDisabledError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** When the lock ends. Null: it lasts until it is lifted. */
  readonly until: string | null;
}

/** Too many wrong codes or passwords. During the lock no code is sent, and no code is accepted, not even the right one. A device that sends its `deviceToken` is locked only by its own mistakes. */
export interface AccountLockedError {
  readonly __typename: 'AccountLockedError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** Seconds to wait before the next try, for a countdown. It does not depend on the clock of the device. */
  readonly retryAfterSeconds: number;
}

/** A way to prove who one is. */
export type AuthenticationMethod =
  | 'PHONE_OTP'
  | 'EMAIL_OTP'
  | 'PASSWORD'
  | 'PASSKEY';

/** When calls need a CAPTCHA. */
export type CaptchaMode =
  | 'ON_SUSPICION'
  | 'ALWAYS';

/** The CAPTCHA of this service. */
export interface CaptchaOptions {
  /** Whose widget to show. */
  readonly provider: CaptchaProvider;
  /** The public key for the widget. */
  readonly siteKey: string;
  /** When calls need a CAPTCHA. */
  readonly mode: CaptchaMode;
}

/** Whose widget shows the CAPTCHA. */
export type CaptchaProvider =
  | 'TURNSTILE'
  | 'HCAPTCHA';

/** A CAPTCHA is required, because the call is suspicious or because the service always asks (CAPTCHA=always). Show the CAPTCHA widget with this key, and repeat the call with its token as `captchaToken`. Nothing was counted. */
export interface CaptchaRequiredError {
  readonly __typename: 'CaptchaRequiredError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** The public key for the widget of the CAPTCHA provider. */
  readonly siteKey: string;
  /** Whose widget to show. */
  readonly provider: CaptchaProvider;
}

/** A new password, with the current one. */
export interface ChangePasswordInput {
  /** Not needed within 5 minutes of a sign-in by code. Later it is required if the account has a password (`User.hasPassword`). An account without one needs such a sign-in. */
  readonly currentPassword?: string | null | undefined;
  /** 8 to 256 characters of any kind. Common passwords are refused. */
  readonly newPassword: string;
  /** The new password again. */
  readonly newPasswordConfirm: string;
}

/** The result of `changePassword`. */
export type ChangePasswordResult =
  | ChangePasswordSuccess
  | InvalidInputError
  | InvalidCredentialsError
  | AccountLockedError
  | ReauthenticationRequiredError
  | TooManyRequestsError;

/** The password is changed. All other sessions have ended. */
export interface ChangePasswordSuccess {
  readonly __typename: 'ChangePasswordSuccess';
  /** The account. */
  readonly user: User;
}

/** A new phone number and the code that was sent to it. */
export interface ChangePhoneNumberInput {
  /** The new number, as for `requestOtp` with the purpose `CHANGE_PHONE`. */
  readonly phoneNumber: string;
  /** The code that this account was sent to the new number. A code for anything else is wrong here. */
  readonly otp: string;
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  readonly requestToken?: string | null | undefined;
}

/** The result of `changePhoneNumber`. */
export type ChangePhoneNumberResult =
  | ChangePhoneNumberSuccess
  | InvalidInputError
  | InvalidOtpError
  | AccountLockedError
  | TooManyRequestsError
  | ReauthenticationRequiredError;

/** The account has the new number. All other sessions have ended, and other codes under way are invalid. */
export interface ChangePhoneNumberSuccess {
  readonly __typename: 'ChangePhoneNumberSuccess';
  /** The account with its new number. */
  readonly user: User;
  /** Until when the change can be taken back with the code in the notice to the old number and to the verified email address: `revertChange`. */
  readonly revertibleUntil: string;
}

/** A city that a user can choose as home. The data come from GeoNames (CC BY 4.0). */
export interface City {
  /** GeoNames id, for `locationId` of `register`. It never changes. */
  readonly id: number;
  /** The name to show, usually in English, otherwise in Latin letters. */
  readonly name: string;
  /** The country as ISO 3166-1 alpha-2 code in upper case, for example `NP`. */
  readonly countryCode: string;
  /** The province, state or other first-level division, to distinguish cities with the same name. Null if GeoNames has none. */
  readonly region: string | null;
}

/** One page of a list of cities. */
export interface CityConnection {
  /** The items of this page in order, each with its cursor. */
  readonly edges: readonly CityEdge[];
  /** How to get the next page. */
  readonly pageInfo: PageInfo;
}

/** A city with its cursor. */
export interface CityEdge {
  /** The position of the item. Pass it as `after` to continue after it. */
  readonly cursor: string;
  /** The item at this position. */
  readonly node: City;
}

/** The token of a `FurtherProofRequiredError`, and one of `password`, `emailOtp`, `otp` and `newAccount`. */
export interface ContinueSignInInput {
  /** From the `FurtherProofRequiredError`. It is good for 10 minutes, and once. */
  readonly continuationToken: string;
  /** The password of the account. */
  readonly password?: string | null | undefined;
  /** The code that `requestEmailOtp` with the purpose `CONTINUE_SIGN_IN` sent to the verified email address of the account. */
  readonly emailOtp?: string | null | undefined;
  /** A code that `requestOtp` sent to the number of the account, where a password was shown before. */
  readonly otp?: string | null | undefined;
  /** The user has no other account here: the number goes to a new account, and the old one stays without a number. Only where a number opened an account that nobody has used for long. */
  readonly newAccount?: boolean | undefined;
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  readonly requestToken?: string | null | undefined;
  /** The `deviceToken` of the latest sign-in to this account on this device, or of `register`, if there was one. An invalid token counts as none. */
  readonly deviceToken?: string | null | undefined;
}

/** The result of `continueSignIn`. */
export type ContinueSignInResult =
  | VerifyOtpSuccess
  | AccountDisabledError
  | InvalidInputError
  | InvalidCredentialsError
  | InvalidOtpError
  | InvalidTokenError
  | AccountLockedError
  | TooManyRequestsError;

/** The result of `deleteAccount`. */
export type DeleteAccountResult =
  | DeleteAccountSuccess
  | ReauthenticationRequiredError;

/** The account is deleted, or will be. All sessions have ended, this one included. */
export interface DeleteAccountSuccess {
  readonly __typename: 'DeleteAccountSuccess';
  /** When the account was deleted. In the future if the service keeps deleted accounts for some days: until then, a sign-in cancels the deletion. */
  readonly deletedAt: string;
}

/** No messages can be sent at the moment, to any number. Nothing was sent, and nothing was counted. A code that was sent before stays valid. */
export interface DeliveryUnavailableError {
  readonly __typename: 'DeliveryUnavailableError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** Seconds to wait before the next try, for a countdown. It does not depend on the clock of the device. */
  readonly retryAfterSeconds: number;
}

/** The number is well-formed, but no code is sent to it by this channel. `reason` says why. Nothing was counted. Ask for another number, or offer another channel. */
export interface DestinationNotAllowedError {
  readonly __typename: 'DestinationNotAllowedError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** Why no code was sent. */
  readonly reason: DestinationRefusal;
}

/** Why no code is sent to a number. */
export type DestinationRefusal =
  | 'COUNTRY'
  | 'NUMBER_TYPE'
  | 'INVALID_NUMBER'
  | 'OPTED_OUT'
  | 'NOT_ON_CHANNEL'
  | 'BLOCKED';

/** A device that the account knows: somebody signed in on it with right proofs, and it has not been forgotten since. Its wrong guesses are counted by themselves, so strangers cannot lock it out. */
export interface Device {
  /** Stable as long as the account knows the device. */
  readonly id: string;
  /** When the device first signed in to the account. */
  readonly firstSignedInAt: string;
  /** When the device last signed in to the account. */
  readonly lastSignedInAt: string;
  /** User-Agent header of its latest session. Null: it sent none, or its last session is over for more than a day. */
  readonly userAgent: string | null;
}

/** The purpose of a code by email. A code for one purpose is invalid for every other. */
export type EmailOtpPurpose =
  | 'VERIFY_EMAIL'
  | 'RESET_PASSWORD'
  | 'REAUTHENTICATE'
  | 'CONTINUE_SIGN_IN';

/** What is wrong with one field of the input. */
export interface FieldError {
  /** Path of the field inside the input, e.g. `phoneNumber`. */
  readonly field: string;
  /** What is wrong with it, for a text of your own. */
  readonly code: FieldErrorCode;
  /** What is wrong with it, in English. Show it beside the field. */
  readonly message: string;
  /** With `TOO_SHORT`: the shortest length that is accepted. Null where it depends on the country of a phone number. */
  readonly minimum: number | null;
  /** With `TOO_LONG`: the greatest length that is accepted. Null where it depends on the country of a phone number. */
  readonly maximum: number | null;
}

/** What is wrong with a field of the input. Values may be added: show `message` for one that you do not know. */
export type FieldErrorCode =
  | 'REQUIRED'
  | 'BLANK'
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'INVALID_FORMAT'
  | 'MISMATCH'
  | 'TAKEN'
  | 'UNKNOWN'
  | 'NOT_OFFERED'
  | 'TOO_COMMON'
  | 'BREACHED'
  | 'CONTAINS_OWN_DATA'
  | 'COUNTRY_CODE_MISSING'
  | 'UNKNOWN_COUNTRY'
  | 'NOT_A_NUMBER'
  | 'SEVERAL_NUMBERS';

/** What the browser answered. */
export interface FinishPasskeyRegistrationInput {
  /** `RegistrationResponseJSON` of WebAuthn, as the browser gave it. */
  readonly response: unknown;
  /** What the user calls the passkey. Left out: browser and system, if they are known. */
  readonly name?: string | null | undefined;
}

/** The result of `finishPasskeyRegistration`. */
export type FinishPasskeyRegistrationResult =
  | FinishPasskeyRegistrationSuccess
  | InvalidInputError
  | InvalidTokenError
  | ReauthenticationRequiredError;

/** The passkey is added. The owner is told of it. */
export interface FinishPasskeyRegistrationSuccess {
  readonly __typename: 'FinishPasskeyRegistrationSuccess';
  /** The new passkey. */
  readonly passkey: Passkey;
}

/** What the browser answered. */
export interface FinishPasskeySignInInput {
  /** `AuthenticationResponseJSON` of WebAuthn, as the browser gave it. */
  readonly response: unknown;
  /** The `deviceToken` of the latest sign-in to this account on this device, or of `register`, if there was one. An invalid token counts as none. */
  readonly deviceToken?: string | null | undefined;
  /** The `continuationToken` of a `FurtherProofRequiredError`: the passkey is the further proof, and a password reset that waited for one is carried out. */
  readonly continuationToken?: string | null | undefined;
}

/** The result of `finishPasskeySignIn`. */
export type FinishPasskeySignInResult =
  | FinishPasskeySignInSuccess
  | InvalidTokenError
  | InvalidCredentialsError
  | AccountDisabledError;

/** Signed in. */
export interface FinishPasskeySignInSuccess {
  readonly __typename: 'FinishPasskeySignInSuccess';
  /** The account. */
  readonly user: User;
  /** The tokens of the new session. */
  readonly tokens: Tokens;
  /** Keep it on this device, beside the phone number, and send it along at the next sign-in. It does not sign anyone in. It keeps strangers who guess at this account from locking this device out. */
  readonly deviceToken: string | null;
}

/** What was shown is right, but does not open the account by itself on this device: the phone number may belong to somebody else by now, the account has special rights, or it has a passkey and one code was shown. The code is used up. Go on with `continueSignIn` and one of `methods`. */
export interface FurtherProofRequiredError {
  readonly __typename: 'FurtherProofRequiredError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** What would open the account, any one of them. Empty: it has nothing else to prove who its owner is. */
  readonly methods: readonly AuthenticationMethod[];
  /** Stands for what was shown. Send it to `continueSignIn` within 10 minutes. It signs nobody in by itself. */
  readonly continuationToken: string;
  /** From when a new code opens the account by itself, unless somebody uses it before. Null: a code alone does not open it. */
  readonly availableAt: string | null;
}

/** The identifier or the password is wrong. The answer does not say whether an account has this identifier. Of a passkey: it is not accepted. The user signs in another way, and may add it anew. */
export interface InvalidCredentialsError {
  readonly __typename: 'InvalidCredentialsError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** Guesses left until the account is locked. Keys cannot be guessed, so a refused passkey takes none away. */
  readonly attemptsRemaining: number;
}

/** Some fields of the input need correction. All of them are listed. */
export interface InvalidInputError {
  readonly __typename: 'InvalidInputError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** The fields to correct. Never empty. */
  readonly fields: readonly FieldError[];
}

/** The code is wrong. Expired and used codes, and codes that were never sent, get the same answer. */
export interface InvalidOtpError {
  readonly __typename: 'InvalidOtpError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** Guesses left for this code. At 0 it is invalid: get a new one with `requestOtp`. */
  readonly attemptsRemaining: number;
}

/** `refreshSession`: the refresh token is invalid, or its session has ended. The user must sign in again. `logout`: no token of this service came with the call, so there is nothing to end. Forget the tokens. `continueSignIn`: the token is too old or used, or the account has changed. Begin the sign-in again. `finishPasskeyRegistration` and `finishPasskeySignIn`: the challenge is too old or was answered before, or the answer is none. Start again. `redeemProof`: the proof is invalid, has expired, or was spent before. `revertChange`: the code is wrong, was used or is too old, or it came by text and needs one more proof. */
export interface InvalidTokenError {
  readonly __typename: 'InvalidTokenError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
}

/** An identifier and a password. */
export interface LoginInput {
  /** Username, email or verified phone number, as a person types it. */
  readonly identifier: string;
  /** The password. */
  readonly password: string;
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  readonly captchaToken?: string | null | undefined;
  /** The `deviceToken` of the latest sign-in to this account on this device, or of `register`, if there was one. An invalid token counts as none. */
  readonly deviceToken?: string | null | undefined;
}

/** The result of `login`. */
export type LoginResult =
  | LoginSuccess
  | FurtherProofRequiredError
  | InvalidInputError
  | InvalidCredentialsError
  | AccountLockedError
  | AccountDisabledError
  | TooManyRequestsError
  | CaptchaRequiredError;

/** Signed in. */
export interface LoginSuccess {
  readonly __typename: 'LoginSuccess';
  /** The account. */
  readonly user: User;
  /** The tokens of the new session. */
  readonly tokens: Tokens;
  /** Keep it on this device, beside the phone number, and send it along at the next sign-in. It does not sign anyone in. It keeps strangers who guess at this account from locking this device out. */
  readonly deviceToken: string | null;
}

/** The result of `logoutEverywhere`. */
export type LogoutEverywhereResult =
  | LogoutEverywhereSuccess;

/** The sessions have ended. */
export interface LogoutEverywhereSuccess {
  readonly __typename: 'LogoutEverywhereSuccess';
  /** How many sessions have ended. */
  readonly endedSessions: number;
}

/** The result of `logout`. */
export type LogoutResult =
  | LogoutSuccess
  | InvalidTokenError;

/** The user is logged out. */
export interface LogoutSuccess {
  readonly __typename: 'LogoutSuccess';
  /** How many sessions have ended, usually 1. 0: the session had already ended. */
  readonly endedSessions: number;
}

/** The user's rights in the marketplace. */
export interface Marketplace {
  /** The id of the user. Caches of clients keep objects by type and id, and merge what they know of one. */
  readonly id: string;
  /** Whether the user may use the marketplace. */
  readonly hasAccess: boolean;
  /** Kind of business, in the words of the operator. */
  readonly businessType: string | null;
  /** The id of the user's shop in the marketplace. */
  readonly shopId: string | null;
  /** Whether the operator has verified the business. */
  readonly b2bVerified: boolean;
}

/** Nothing has this id. It may have ended or been removed. */
export interface NotFoundError {
  readonly __typename: 'NotFoundError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
}

/** How a code is sent. DELIVERY_ROUTES of your service decides which channels it offers. Other channels are refused as invalid input. */
export type OtpChannel =
  | 'SMS'
  | 'WHATSAPP'
  | 'TELEGRAM'
  | 'VOICE';

/** The delivery of a message with a code. */
export interface OtpDelivery {
  /** The state of the message. */
  readonly status: OtpDeliveryStatus;
  /** Why it does not arrive. Null unless it failed. */
  readonly problem: OtpDeliveryProblem | null;
  /** The state for a person to read, in English, with advice. */
  readonly message: string;
  /** How it is sent. */
  readonly channel: OtpChannel;
  /** When the status last changed. */
  readonly updatedAt: string;
}

/** Why a message does not arrive. */
export type OtpDeliveryProblem =
  | 'INVALID_NUMBER'
  | 'OPTED_OUT'
  | 'NOT_ON_CHANNEL'
  | 'UNREACHABLE'
  | 'NOT_ANSWERED'
  | 'BLOCKED'
  | 'EXPIRED'
  | 'SERVICE';

/** The state of a message with a code. */
export type OtpDeliveryStatus =
  | 'QUEUED'
  | 'SENT'
  | 'DELIVERED'
  | 'FAILED';

/** The purpose of a code. A code for one purpose is invalid for every other. */
export type OtpPurpose =
  | 'SIGN_IN'
  | 'RESET_PASSWORD'
  | 'CHANGE_PHONE'
  | 'PROVE_NUMBER';

/** The position of a page in its list. */
export interface PageInfo {
  /** Whether more items follow. Ask for them with `after: endCursor`. */
  readonly hasNextPage: boolean;
  /** Cursor of the last item. Pass it as `after` to get the next page. Null: the page is empty. */
  readonly endCursor: string | null;
}

/** A passkey of an account. */
export interface Passkey {
  /** Stable id (UUID). */
  readonly id: string;
  /** What its owner calls it. */
  readonly name: string;
  /** When it was added. */
  readonly createdAt: string;
  /** When it last signed in, or proved anew who its owner is. Null: never. */
  readonly lastUsedAt: string | null;
  /** Whether it was copied to other devices of its owner when it was last used. Without a copy, it goes with its device. */
  readonly backedUp: boolean;
}

/** What a form can check in a new password. Other rules are in `InvalidInputError`. */
export interface PasswordRules {
  /** The shortest password, in characters. */
  readonly minimumLength: number;
  /** The longest password, in characters. */
  readonly maximumLength: number;
}

/** A phone number and the code that was sent to it with the purpose `PROVE_NUMBER`. */
export interface ProveNumberInput {
  /** The number as a person types it, or the `phoneNumber` that `requestOtp` returned. */
  readonly phoneNumber: string;
  /** The code: 6 digits of any script. It can be the text of the whole message, if one code of 6 digits stands in it. */
  readonly otp: string;
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  readonly requestToken?: string | null | undefined;
  /** The application that the code was sent for. It can be left out with the `requestToken`, and where PROOF_AUDIENCES has one application only. A code for one application proves nothing to another. */
  readonly audience?: string | null | undefined;
}

/** The result of `proveNumber`. */
export type ProveNumberResult =
  | ProveNumberSuccess
  | InvalidInputError
  | InvalidOtpError
  | AccountLockedError
  | TooManyRequestsError;

/** The number is proved. No account was made or changed. */
export interface ProveNumberSuccess {
  readonly __typename: 'ProveNumberSuccess';
  /** The number that was proved, in E.164. */
  readonly phoneNumber: string;
  /** A signed JWT for the application, with the number in `phone_number`. The back end of the application checks it by the key set, or spends it with `redeemProof` (docs/verifying-tokens.md). It signs nobody in here. */
  readonly proof: string;
  /** When the proof expires: five minutes after it was made. */
  readonly expiresAt: string;
}

/** A proof of who the signed-in user is: exactly one of its proofs. */
export interface ReauthenticateInput {
  /** A code that `requestOtp` sent to the verified number of the account. */
  readonly otp?: string | null | undefined;
  /** A code that `requestEmailOtp` sent to the verified email address of the account. */
  readonly emailOtp?: string | null | undefined;
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  readonly requestToken?: string | null | undefined;
  /** The password of the account. */
  readonly password?: string | null | undefined;
  /** `AuthenticationResponseJSON` of WebAuthn, by a passkey of the account: the answer to a `startPasskeySignIn` in the same session. */
  readonly passkeyResponse?: unknown | null | undefined;
}

/** The result of `reauthenticate`. */
export type ReauthenticateResult =
  | ReauthenticateSuccess
  | InvalidInputError
  | InvalidOtpError
  | InvalidCredentialsError
  | AccountLockedError
  | TooManyRequestsError;

/** The proof is written down in the session. Repeat the call that asked for it. */
export interface ReauthenticateSuccess {
  readonly __typename: 'ReauthenticateSuccess';
  /** Tokens of the same session, with the new `auth_time` and `amr`. The earlier access token works until it expires. The refresh token takes the place of the earlier one, and lives no longer. */
  readonly tokens: Tokens;
}

/** This needs a recent proof of who the user is. Show one of `methods` to `reauthenticate`, or sign in again by it. Then repeat the call. A number that is unverified is verified by `verifyOtp`, with the access token of the session. */
export interface ReauthenticationRequiredError {
  readonly __typename: 'ReauthenticationRequiredError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** The greatest age of the proof in seconds. */
  readonly maxAgeSeconds: number;
  /** What would do, any one of them. Never empty. */
  readonly methods: readonly AuthenticationMethod[];
}

/** The result of `refreshSession`. */
export type RefreshSessionResult =
  | RefreshSessionSuccess
  | InvalidTokenError;

/** The session continues with new tokens. */
export interface RefreshSessionSuccess {
  readonly __typename: 'RefreshSessionSuccess';
  /** The new tokens. Forget the old ones. */
  readonly tokens: Tokens;
  /** The user, read just now. */
  readonly user: User;
}

/** A registration form. Which fields are required beside `phoneNumber`: `signInOptions.registrationFields`. What is left out can be added later. */
export interface RegisterInput {
  /** As a person types it: `+977 980-0000000`, or in national form if DEFAULT_REGION is set. It is unverified until its code is verified. */
  readonly phoneNumber: string;
  /** Up to 254 characters. No other account that has verified its number may have it; upper and lower case do not matter. */
  readonly email?: string | null | undefined;
  /** 8 to 256 characters of any kind. Common passwords are refused. */
  readonly password?: string | null | undefined;
  /** The password again. Both must be equal. */
  readonly passwordConfirm?: string | null | undefined;
  /** Given name, up to 150 characters. */
  readonly firstName?: string | null | undefined;
  /** Family name, up to 150 characters. */
  readonly lastName?: string | null | undefined;
  /** 3 to 64 letters, digits, dots, hyphens and underscores, with at least one letter. No other account that has verified its number may have it; upper and lower case do not matter. */
  readonly username?: string | null | undefined;
  /** Where the user lives: the `id` of a city from `cities`. */
  readonly locationId?: number | null | undefined;
  /** The code that `requestOtp` sent to the number. With it, the number is verified from the start. REGISTRATION=code, the default in production, makes it required. A wrong code is refused even where it is optional. */
  readonly verificationCode?: string | null | undefined;
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  readonly requestToken?: string | null | undefined;
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  readonly captchaToken?: string | null | undefined;
}

/** The result of `register`. */
export type RegisterResult =
  | RegisterSuccess
  | AccountDisabledError
  | InvalidInputError
  | InvalidOtpError
  | AccountLockedError
  | TooManyRequestsError
  | CaptchaRequiredError;

/** The account is created and the user is signed in. */
export interface RegisterSuccess {
  readonly __typename: 'RegisterSuccess';
  /** The new account. */
  readonly user: User;
  /** The tokens of the new session. */
  readonly tokens: Tokens;
  /** Whether to offer the user a passkey now: the account has none, and passkeys can be added (PASSKEY_POLICY). The next sign-in then needs no code. */
  readonly passkeySuggested: boolean;
  /** Keep it on this device, beside the phone number, and send it along at the next sign-in. It does not sign anyone in. It keeps strangers who guess at this account from locking this device out. */
  readonly deviceToken: string | null;
}

/** The code is right, but the number has no account yet (UNKNOWN_PHONE=register). Call `register` with the same code as `verificationCode`. The code stays valid until it expires. */
export interface RegistrationRequiredError {
  readonly __typename: 'RegistrationRequiredError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
}

/** The result of `removePasskey`. */
export type RemovePasskeyResult =
  | RemovePasskeySuccess
  | ReauthenticationRequiredError
  | NotFoundError;

/** The passkey is removed, and opens nothing any more. Sessions stay. The owner is told of it. */
export interface RemovePasskeySuccess {
  readonly __typename: 'RemovePasskeySuccess';
  /** The passkey that was removed. */
  readonly passkey: Passkey;
}

/** The result of `removePassword`. */
export type RemovePasswordResult =
  | RemovePasswordSuccess
  | ReauthenticationRequiredError;

/** The account has no password. All other sessions have ended. */
export interface RemovePasswordSuccess {
  readonly __typename: 'RemovePasswordSuccess';
  /** The account. */
  readonly user: User;
}

/** The result of `renamePasskey`. */
export type RenamePasskeyResult =
  | RenamePasskeySuccess
  | InvalidInputError
  | NotFoundError;

/** The passkey has another name. */
export interface RenamePasskeySuccess {
  readonly __typename: 'RenamePasskeySuccess';
  /** The passkey. */
  readonly passkey: Passkey;
}

/** Where to send a code by email, and what for. */
export interface RequestEmailOtpInput {
  /** The email address. May be left out with VERIFY_EMAIL, for the address of the registration, and with REAUTHENTICATE. */
  readonly email?: string | null | undefined;
  /** The purpose of the code. */
  readonly purpose: EmailOtpPurpose;
  /** Language of the email (BCP 47), e.g. `ne`. Default: the language of the account, then the Accept-Language header, then DEFAULT_LOCALE. */
  readonly locale?: string | null | undefined;
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  readonly captchaToken?: string | null | undefined;
  /** With CONTINUE_SIGN_IN: the token of the `FurtherProofRequiredError`. Other purposes ignore it. */
  readonly continuationToken?: string | null | undefined;
}

/** The result of `requestEmailOtp`. */
export type RequestEmailOtpResult =
  | RequestEmailOtpSuccess
  | InvalidInputError
  | AccountLockedError
  | TooManyRequestsError
  | DeliveryUnavailableError
  | CaptchaRequiredError
  | ReauthenticationRequiredError;

/** The code is being sent. With RESET_PASSWORD, addresses with and without an account get the same answer, and only those with one get a code. */
export interface RequestEmailOtpSuccess {
  readonly __typename: 'RequestEmailOtpSuccess';
  /** Where the code goes. Show it, so that the user notices typing mistakes. With CONTINUE_SIGN_IN only a hint: `j…@m….com`. */
  readonly email: string;
  /** Seconds until the code expires. It does not depend on the clock of the device. */
  readonly expiresInSeconds: number;
  /** Seconds until the code can be sent again, for the countdown on "Resend". */
  readonly resendAfterSeconds: number;
  /** Shows who asked for the code. Keep it with the code boxes and send it with the code, so that wrong guesses of strangers do not use up your attempts. Each answer has its own; the latest one is best. Valid for an hour. `otpDelivery` tells nothing about emails. */
  readonly requestToken: string;
  /** How many digits the code has. Show as many boxes. */
  readonly codeLength: number;
}

/** The phone number, and how to send the code. */
export interface RequestOtpInput {
  /** As a person types it: `+977 980-0000000`, or in national form if DEFAULT_REGION is set. */
  readonly phoneNumber: string;
  /** The purpose of the code. */
  readonly purpose?: OtpPurpose | undefined;
  /** How to send the code. All channels send the same code. */
  readonly channel?: OtpChannel | undefined;
  /** Language of the message (BCP 47), e.g. `ne` or `es-419`. Default: the language of the verified account, then the Accept-Language header, then DEFAULT_LOCALE. Messages exist in: am, ar, bn, de, en, es, fa, fil, fr, hi, id, it, ja, ko, mr, ne, nl, pl, pt, ru, sw, ta, te, th, tr, uk, ur, vi, zh-Hans, zh-Hant. */
  readonly locale?: string | null | undefined;
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  readonly captchaToken?: string | null | undefined;
  /** The `deviceToken` of the latest sign-in to this account on this device, if there was one. With it, the device has its own limits on codes and guesses, and `otpDelivery` tells whether the message arrives. An invalid token counts as none. */
  readonly deviceToken?: string | null | undefined;
  /** The application that a proof is for: one of PROOF_AUDIENCES. Required with the purpose PROVE_NUMBER, and ignored with all others. The message names it. */
  readonly audience?: string | null | undefined;
}

/** The result of `requestOtp`. */
export type RequestOtpResult =
  | RequestOtpSuccess
  | ReauthenticationRequiredError
  | InvalidInputError
  | DestinationNotAllowedError
  | UserNotFoundError
  | AccountLockedError
  | TooManyRequestsError
  | DeliveryUnavailableError
  | CaptchaRequiredError;

/** The code is being sent. (To test numbers nothing is sent.) Numbers with and without an account get the same answer, except to sign in with UNKNOWN_PHONE=reject. */
export interface RequestOtpSuccess {
  readonly __typename: 'RequestOtpSuccess';
  /** The number in E.164. Show it, so that the user notices typing mistakes. */
  readonly phoneNumber: string;
  /** Seconds until the code expires. It does not depend on the clock of the device. */
  readonly expiresInSeconds: number;
  /** Seconds until the code can be sent again, for the countdown on "Resend". It does not depend on the clock of the device. */
  readonly resendAfterSeconds: number;
  /** Seconds until `pausedUntil`. Null if that is null. */
  readonly pausedForSeconds: number | null;
  /** Shows who asked for the code. Keep it with the code boxes and send it to the mutation that takes the code, so that wrong guesses of strangers do not use up your attempts. Each answer has its own; the latest one is best. It also serves `otpDelivery`. Valid for an hour. */
  readonly requestToken: string;
  /** How many digits the code has. Show as many boxes. */
  readonly codeLength: number;
}

/** A code with the purpose RESET_PASSWORD, and the new password. */
export interface ResetPasswordInput {
  /** The number that `requestOtp` sent the code to. Give this or `email`. */
  readonly phoneNumber?: string | null | undefined;
  /** The address that `requestEmailOtp` sent the code to. Give this or `phoneNumber`. */
  readonly email?: string | null | undefined;
  /** The code, as a person types or pastes it. */
  readonly otp: string;
  /** The `requestToken` of the request that sent the code, so that wrong guesses of strangers do not use up yours. */
  readonly requestToken?: string | null | undefined;
  /** 8 to 256 characters of any kind. Common passwords are refused. */
  readonly newPassword: string;
  /** The new password again. */
  readonly newPasswordConfirm: string;
  /** The `deviceToken` of the latest sign-in to this account on this device, if there was one. A device that the account has known for seven days needs no further proof. */
  readonly deviceToken?: string | null | undefined;
}

/** The result of `resetPassword`. */
export type ResetPasswordResult =
  | ResetPasswordSuccess
  | InvalidInputError
  | InvalidOtpError
  | AccountLockedError
  | AccountDisabledError
  | FurtherProofRequiredError
  | TooManyRequestsError;

/** The password is changed, and the user is signed in. All other sessions have ended, and the owner was told on every way. */
export interface ResetPasswordSuccess {
  readonly __typename: 'ResetPasswordSuccess';
  /** The account. */
  readonly user: User;
  /** Of the session that begins. */
  readonly tokens: Tokens;
  /** Keep it on this device, and send it with later sign-ins to this account. */
  readonly deviceToken: string | null;
}

/** The result of `revertChange`. */
export type RevertChangeResult =
  | RevertChangeSuccess
  | InvalidTokenError;

/** The change of the phone number is taken back. All sessions of the account have ended. */
export interface RevertChangeSuccess {
  readonly __typename: 'RevertChangeSuccess';
  /** What became of the number, in English: whether the account has it again, and how to sign in. */
  readonly message: string;
}

/** The result of `revokeSession`. */
export type RevokeSessionResult =
  | RevokeSessionSuccess
  | SessionNotFoundError;

/** The session has ended. */
export interface RevokeSessionSuccess {
  readonly __typename: 'RevokeSessionSuccess';
  /** The session that has ended. Remove it from the list that you show. */
  readonly session: Session;
}

/** The rights of an account. */
export type Role =
  | 'USER'
  | 'SUPPORT'
  | 'ADMIN';

/** A session: one sign-in on one device. */
export interface Session {
  /** For `revokeSession`. It is the `sid` of access tokens. */
  readonly id: string;
  /** When the user signed in. */
  readonly createdAt: string;
  /** When the session last got new tokens. */
  readonly lastUsedAt: string;
  /** When the session ends if it is not refreshed. */
  readonly expiresAt: string;
  /** Whether this is the session of the request. */
  readonly current: boolean;
  /** The IP address that last used the session. */
  readonly ipAddress: string | null;
  /** User-Agent header of the device. Show it in a readable form. */
  readonly userAgent: string | null;
}

/** The user has no active session with this id. It has ended, it belongs to somebody else, or it never existed. */
export interface SessionNotFoundError {
  readonly __typename: 'SessionNotFoundError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
}

/** A country that codes are sent to. */
export interface SignInCountry {
  /** ISO 3166-1 alpha-2, e.g. `NP`. */
  readonly code: string;
  /** How numbers of the country begin, e.g. `+977`. Some countries share one. */
  readonly callingCode: string;
  /** A mobile number in international form, to show as an example: `+977 984 1234567`. */
  readonly exampleNumber: string | null;
}

/** How this service signs people in. It is the same for everyone until the settings change. */
export interface SignInOptions {
  /** How codes can be sent. A channel may be missing in some countries. */
  readonly channels: readonly OtpChannel[];
  /** The countries that codes are sent to, in the order of their codes. */
  readonly countries: readonly SignInCountry[];
  /** The country of numbers without a country code (DEFAULT_REGION). Null: numbers need one. */
  readonly defaultCountry: string | null;
  /** How many digits a code has. */
  readonly codeLength: number;
  /** Whether `register` needs a `verificationCode`: call `requestOtp` first. */
  readonly registrationNeedsCode: boolean;
  /** The fields that `register` requires beside `phoneNumber` (REGISTRATION_FIELDS). With a password, `passwordConfirm`, too. */
  readonly registrationFields: readonly string[];
  /** What a code for a number without an account does. */
  readonly unknownPhone: UnknownPhonePolicy;
  /** Null: this service has no CAPTCHA. */
  readonly captcha: CaptchaOptions | null;
  /** Rules for new passwords. */
  readonly password: PasswordRules;
  /** The languages of messages (BCP 47), for `locale`. */
  readonly locales: readonly string[];
}

/** The result of `startPasskeyRegistration`. */
export type StartPasskeyRegistrationResult =
  | StartPasskeyRegistrationSuccess
  | ReauthenticationRequiredError
  | InvalidInputError;

/** Ask the browser to make a passkey. The challenge is good for 5 minutes, and once. */
export interface StartPasskeyRegistrationSuccess {
  readonly __typename: 'StartPasskeyRegistrationSuccess';
  /** `PublicKeyCredentialCreationOptionsJSON` of WebAuthn. */
  readonly options: unknown;
}

/** Which account is meant. */
export interface StartPasskeySignInInput {
  /** Then no other account opens. Left out: the browser offers the passkeys that it has. */
  readonly phoneNumber?: string | null | undefined;
}

/** The result of `startPasskeySignIn`. */
export type StartPasskeySignInResult =
  | StartPasskeySignInSuccess
  | InvalidInputError;

/** Ask the browser for a passkey. The challenge is good for 5 minutes, and once. */
export interface StartPasskeySignInSuccess {
  readonly __typename: 'StartPasskeySignInSuccess';
  /** `PublicKeyCredentialRequestOptionsJSON` of WebAuthn. It lists no passkeys, unless the user is signed in: so it says nothing about anyone. */
  readonly options: unknown;
}

/** The tokens of a session. Never write them to logs or URLs. */
export interface Tokens {
  /** Send it as `Authorization: Bearer …`. It is a JWT (RFC 9068). Your other services verify it with `/.well-known/jwks.json`. */
  readonly accessToken: string;
  /** Seconds until the access token expires. It does not depend on the clock of the device. */
  readonly accessTokenExpiresInSeconds: number;
  /** Opaque. Exchange it for new tokens with `refreshSession` when the access token has expired. Store the one of each answer in its place. Null in cookie mode: the browser keeps it where scripts cannot read it. */
  readonly refreshToken: string | null;
}

/** A limit is reached. For `requestOtp`: too many codes for this number, for this client or for the whole service, or too soon after the last one; nothing was sent. Otherwise: too many wrong guesses or too many registrations from this network or in the whole service, or too many passwords to check at this moment; nothing was checked or created. Where mobile networks are asked (NUMBER_SIGNALS), a change also waits for their answer. */
export interface TooManyRequestsError {
  readonly __typename: 'TooManyRequestsError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
  /** Seconds to wait before the next try, for a countdown. It does not depend on the clock of the device. */
  readonly retryAfterSeconds: number;
}

/** What a code for a number without an account does (UNKNOWN_PHONE). */
export type UnknownPhonePolicy =
  | 'SIGN_UP'
  | 'REGISTER'
  | 'REJECT';

/** Changes to a profile. What is left out stays as it is, and null clears. */
export interface UpdateProfileInput {
  /** Given name, up to 150 characters. */
  readonly firstName?: string | null | undefined;
  /** Family name, up to 150 characters. */
  readonly lastName?: string | null | undefined;
  /** 3 to 64 letters, digits, dots, hyphens and underscores, with at least one letter. No other account that has verified its number may have it; upper and lower case do not matter. */
  readonly username?: string | null | undefined;
  /** Language of messages to the user (BCP 47), e.g. `ne`. A language that is not among `signInOptions.locales` is kept, and messages come in the language of the service. */
  readonly locale?: string | null | undefined;
  /** Where the user lives: the `id` of a city from `cities`. */
  readonly locationId?: number | null | undefined;
}

/** The result of `updateProfile`. */
export type UpdateProfileResult =
  | UpdateProfileSuccess
  | InvalidInputError
  | TooManyRequestsError;

/** The profile is as asked for. */
export interface UpdateProfileSuccess {
  readonly __typename: 'UpdateProfileSuccess';
  /** The account. */
  readonly user: User;
}

/** An account. Its owner is the person who verified its phone number. */
export interface User {
  /** Stable id (UUID). It is the `sub` of access tokens. */
  readonly id: string;
  /** In E.164, e.g. `+9779800000000`. Null: it was unverified here, and another account has verified it. */
  readonly phoneNumber: string | null;
  /** Whether the user has verified the number with a code. */
  readonly phoneVerified: boolean;
  /** Verified or not: see `emailVerified`. Null: the account has none, or a different person first verified its number. */
  readonly email: string | null;
  /** Whether the user has verified the email address with a code, here or in the system that the account was imported from. */
  readonly emailVerified: boolean;
  /** Unique among accounts that have verified their number; upper and lower case do not matter. Null: none was chosen. */
  readonly username: string | null;
  /** Given name. Null if none is known. */
  readonly firstName: string | null;
  /** Family name. Null if none is known. */
  readonly lastName: string | null;
  /** Language of messages to the user (BCP 47), e.g. `ne`. Null: unknown. */
  readonly locale: string | null;
  /** Where the user lives. Null: unknown. */
  readonly location: City | null;
  /** The user's rights in the marketplace. */
  readonly marketplace: Marketplace;
  /** Whether the account has a password. Without one, the user signs in by code only. */
  readonly hasPassword: boolean;
  /** The rights of the account. */
  readonly role: Role;
  /** When the account was created. */
  readonly createdAt: string;
  /** When the account last changed. */
  readonly updatedAt: string;
}

/** There is no such account. `requestOtp`: none has this phone number (only with UNKNOWN_PHONE=reject). Acts of administrators: none has this id. */
export interface UserNotFoundError {
  readonly __typename: 'UserNotFoundError';
  /** What went wrong, in English. For developers; show it to users only if you have no better text. */
  readonly message: string;
}

/** An email address and the code that was sent to it. */
export interface VerifyEmailInput {
  /** The address, as it was given to `requestEmailOtp`. */
  readonly email: string;
  /** The code, as typed or pasted. */
  readonly otp: string;
  /** The `requestToken` of the `requestEmailOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. */
  readonly requestToken?: string | null | undefined;
}

/** The result of `verifyEmail`. */
export type VerifyEmailResult =
  | VerifyEmailSuccess
  | ReauthenticationRequiredError
  | InvalidInputError
  | InvalidOtpError
  | AccountLockedError
  | TooManyRequestsError;

/** The address is verified, and is the account's own. */
export interface VerifyEmailSuccess {
  readonly __typename: 'VerifyEmailSuccess';
  /** The account. */
  readonly user: User;
}

/** A phone number and the code that was sent to it. */
export interface VerifyOtpInput {
  /** The number as a person types it, or the `phoneNumber` that `requestOtp` returned. */
  readonly phoneNumber: string;
  /** The code: 6 digits of any script. Spaces and hyphens are ignored. It can be the text of the whole message, up to 256 characters, if one code of 6 digits stands in it. */
  readonly otp: string;
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  readonly requestToken?: string | null | undefined;
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  readonly captchaToken?: string | null | undefined;
  /** The `deviceToken` of the latest sign-in to this account on this device, or of `register`, if there was one. An invalid token counts as none. */
  readonly deviceToken?: string | null | undefined;
}

/** The result of `verifyOtp`. */
export type VerifyOtpResult =
  | VerifyOtpSuccess
  | InvalidInputError
  | InvalidOtpError
  | AccountLockedError
  | AccountDisabledError
  | RegistrationRequiredError
  | FurtherProofRequiredError
  | TooManyRequestsError
  | CaptchaRequiredError;

/** The number is verified and the user is signed in. */
export interface VerifyOtpSuccess {
  readonly __typename: 'VerifyOtpSuccess';
  /** The account of the number. */
  readonly user: User;
  /** The tokens of the new session. */
  readonly tokens: Tokens;
  /** Whether the account was created just now. */
  readonly newMember: boolean;
  /** Whether to offer the user a passkey now: the account has none, and passkeys can be added (PASSKEY_POLICY). The next sign-in then needs no code. */
  readonly passkeySuggested: boolean;
  /** Keep it on this device, beside the phone number, and send it along at the next sign-in. It does not sign anyone in. It keeps strangers who guess at this account from locking this device out. */
  readonly deviceToken: string | null;
}

export interface Operations {
  /** Sends a one-time code to a phone number. A valid code is sent again, with the same number of guesses left. If the clients that asked for it have no guess left, or it expires soon, a new code with new guesses is sent. The answer does not wait for the message to be delivered. */
  requestOtp(input: RequestOtpInput): Promise<RequestOtpResult>;

  /** Verifies a phone number with its code, and signs the user in. After `register`, send its access token or its `deviceToken`, too. Without one of them, the first verification removes the password and email of the registration, or gives the owner of the number a new account (docs/clients.md). */
  verifyOtp(input: Remembered<VerifyOtpInput, 'phoneNumber'>): Promise<VerifyOtpResult>;

  /** Creates an account and signs the user in. `signInOptions.registrationFields` says which fields it needs. Without `verificationCode` the phone number is unverified: call `requestOtp` and then `verifyOtp` with the access token or the `deviceToken` of this account. */
  register(input: RegisterInput): Promise<RegisterResult>;

  /** Signs in with a password. */
  login(input: LoginInput): Promise<LoginResult>;

  /** Signs in with a passkey. Its user was verified by the authenticator, so it opens every account, on every device. */
  finishPasskeySignIn(input: FinishPasskeySignInInput): Promise<FinishPasskeySignInResult>;

  /** Goes on after a `FurtherProofRequiredError`: one more proof opens the account, or the number goes to a new account. A password reset that waited for the proof is carried out, too. */
  continueSignIn(input: Remembered<ContinueSignInInput, 'continuationToken'>): Promise<ContinueSignInResult>;

  /** Sets a new password with a code that was sent to the account's number or email address, and signs the user in. Signed out. A number or an address without an account is answered like a wrong code. An account with a verified email address needs a code that was sent there, and one with a passkey needs two proofs, unless it has known the device for seven days: `FurtherProofRequiredError`, and `continueSignIn` then sets the password. */
  resetPassword(input: ResetPasswordInput): Promise<ResetPasswordResult>;

  /** Ends the session of the refresh token, or of the access token if no refresh token is given, at once. In cookie mode it also ends the session of the cookie, and removes the cookie. A session that has already ended is a success with `endedSessions` 0: a client whose answer was lost can repeat the call. Without a token of this service: `InvalidTokenError`. */
  logout(): Promise<LogoutResult>;

  /** Ends all sessions of the signed-in user at once. */
  logoutEverywhere(input?: { readonly keepCurrent?: boolean | undefined }): Promise<LogoutEverywhereResult>;

  /** Ends one session of the signed-in user, for example on a lost phone. */
  revokeSession(input: { readonly id: string }): Promise<RevokeSessionResult>;

  /** The signed-in user proves again who they are, after a `ReauthenticationRequiredError`. The proof counts for 5 minutes, in this session alone. */
  reauthenticate(input: ReauthenticateInput): Promise<ReauthenticateResult>;

  /** Changes names, username, language or city of the signed-in user: only what is given. */
  updateProfile(input: UpdateProfileInput): Promise<UpdateProfileResult>;

  /** Sets or changes the password of the signed-in user. All other sessions end, and codes that were sent become invalid. */
  changePassword(input: ChangePasswordInput): Promise<ChangePasswordResult>;

  /** Takes the password away: the user signs in by code from then on. All other sessions end, and codes that were sent become invalid. It needs a proof of the last 5 minutes; on a device that the account has known for less than 7 days and with a verified email address, a code sent there. An account that nothing else would open keeps its password: then `ReauthenticationRequiredError.methods` says what to verify first. With a role other than USER this is both the number and the email address. */
  removePassword(): Promise<RemovePasswordResult>;

  /** Sends a one-time code to an email address. A valid code is sent again, with the same number of guesses left. If the clients that asked for it have no guess left, or it expires soon, a new code with new guesses is sent. The answer does not wait for the email to be delivered. */
  requestEmailOtp(input: RequestEmailOtpInput): Promise<RequestEmailOtpResult>;

  /** Verifies an email address with the code of purpose VERIFY_EMAIL, and makes it the address of the signed-in account. Where it replaces a verified address, the owner is told at the old address and by text, and all other sessions end. */
  verifyEmail(input: Remembered<VerifyEmailInput, 'email'>): Promise<VerifyEmailResult>;

  /** Gives the account of the signed-in user a new number, with the code that `requestOtp` sent to it for `CHANGE_PHONE`. All other sessions end. The old number and the verified email address are told how to take it back. A number that another account has verified is `TAKEN`; this is told only after the right code. */
  changePhoneNumber(input: Remembered<ChangePhoneNumberInput, 'phoneNumber'>): Promise<ChangePhoneNumberResult>;

  /** Takes a change of phone number back within 72 hours, with the code in the notice to the old number or to the verified email address. It needs no sign-in. All sessions end, and what was set since the change goes, too: later numbers, a password, an email address. Where the change was made on a device that the account knew, or with two kinds of proofs, the code in the text does only with an access token of the account or a known `deviceToken`: a thief of the old SIM has that code, too. */
  revertChange(input: { readonly deviceToken?: string | null | undefined; readonly token: string }): Promise<RevertChangeResult>;

  /** Deletes the account of the signed-in user, and everything that is kept about them. It needs a proof of the last 5 minutes. It cannot be undone, unless `deletedAt` is in the future. */
  deleteAccount(): Promise<DeleteAccountResult>;

  /** Proves a phone number with its code, for an application with users of its own. Ask for the code with `requestOtp(purpose: PROVE_NUMBER)`. No account is made, and nobody is signed in. */
  proveNumber(input: Remembered<ProveNumberInput, 'phoneNumber'>): Promise<ProveNumberResult>;

  /** The signed-in user. Without a valid access token of an active session: null, and the error UNAUTHENTICATED. */
  me(): Promise<User | null>;

  /** Where the signed-in user is signed in, and the devices that the account knows. */
  sessions(): Promise<{ readonly sessions: readonly Session[]; readonly devices: readonly Device[] }>;

  /** Everything that is kept about the signed-in user, as one JSON object: a list for each kind of record, with the names of docs/account.md. It has no secrets: no password hash, and nothing that codes or tokens are made from. */
  exportMyData(): Promise<unknown>;

  /** What became of the message with a code. Ask every few seconds while you show the code boxes. A device that the account knows is told whether the message arrived: send its `deviceToken` to `requestOtp`. Anyone else is told only whether this service could send it, because the rest would tell strangers whether a phone is on. Null: the token is invalid or older than an hour, or `pausedUntil` was set. */
  otpDelivery(input?: { readonly requestToken?: string | undefined }): Promise<OtpDelivery | null>;

  /** Cities to choose a `locationId` from, in pages. An exact match comes first, then the largest cities. */
  cities(input?: { readonly after?: string | null | undefined; readonly first?: number | undefined; readonly countryCode?: string | null | undefined; readonly search?: string | null | undefined }): Promise<CityConnection>;

  /** How this service signs people in: what a front end must know before it shows a form. Anyone may ask. A GET request that asks for nothing else, without credentials, may be cached for 5 minutes. */
  signInOptions(): Promise<SignInOptions>;
}

/** Sent by `createPasskeys`. */
export interface PasskeyOperations {
  /** Begins to add a passkey to the account. It needs a proof of the last 5 minutes; on a device that the account has known for less than 7 days and with a verified email address, a code sent there. The account must have verified its number or its email address. */
  startPasskeyRegistration(): Promise<StartPasskeyRegistrationResult>;

  /** Adds the passkey that the browser made after `startPasskeyRegistration`, in the same session. */
  finishPasskeyRegistration(input: FinishPasskeyRegistrationInput): Promise<FinishPasskeyRegistrationResult>;

  /** Gives a passkey of the signed-in user another name. */
  renamePasskey(input: { readonly name: string; readonly id: string }): Promise<RenamePasskeyResult>;

  /** Takes a passkey of the signed-in user away. It needs the same proof as adding one. The last one stays where nothing else opens the account: then `ReauthenticationRequiredError.methods` says what to verify first. With a role other than USER two of number, email address and password must be left. */
  removePasskey(input: { readonly id: string }): Promise<RemovePasskeyResult>;

  /** Begins a sign-in with a passkey. The answer says nothing about who has passkeys. Called signed in and without a number, it begins a proof for `reauthenticate`. */
  startPasskeySignIn(input: StartPasskeySignInInput): Promise<StartPasskeySignInResult>;
}
