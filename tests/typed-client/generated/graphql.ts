/* eslint-disable */
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A date-time string at UTC, such as 2007-12-03T10:15:30Z, compliant with the `date-time` format outlined in section 5.6 of the RFC 3339 profile of the ISO 8601 standard for representation of dates and times using the Gregorian calendar. */
  DateTime: { input: string; output: string; }
  /** The `JSON` scalar type represents JSON values as specified by [ECMA-404](http://www.ecma-international.org/publications/files/ECMA-ST/ECMA-404.pdf). */
  JSON: { input: unknown; output: unknown; }
};

/** Who did it. */
export type AuditActor =
  /** Somebody with the role ADMIN or SUPPORT. */
  | 'ADMINISTRATOR'
  /** Somebody who was not signed in, or did not prove who they are. */
  | 'ANONYMOUS'
  /** Somebody at the machine. */
  | 'COMMAND'
  /** The service itself. */
  | 'SERVICE'
  /** Another service, with its token: `actorName`. */
  | 'SERVICE_TOKEN'
  /** The user of the account. */
  | 'USER';

/** Which events. All that is given must hold. */
export type AuditEventFilter = {
  /** Who did it, the users of accounts themselves included. */
  actorId?: InputMaybe<Scalars['ID']['input']>;
  /** As `AuditEvent.actorName`: the service whose token did it. */
  actorName?: InputMaybe<Scalars['String']['input']>;
  /** From then on. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** The whole address. */
  ipAddress?: InputMaybe<Scalars['String']['input']>;
  /** One of these. An empty list matches nothing. */
  kinds?: InputMaybe<Array<AuditKind>>;
  /** A number in any spelling: what happened to it. What happened to an account is found by `userId`. */
  phoneNumber?: InputMaybe<Scalars['String']['input']>;
  /** `x-request-id`. */
  requestId?: InputMaybe<Scalars['String']['input']>;
  /** Before then. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
  /** The account that it happened to. */
  userId?: InputMaybe<Scalars['ID']['input']>;
};

/** What happened. Values may be added: show the name of one that you do not know. */
export type AuditKind =
  /** A change of number was taken back. */
  | 'CHANGE_REVERTED'
  /** A user got what is kept about them, or somebody at the machine got it for them. */
  | 'DATA_EXPORTED'
  /** A sign-in has cancelled the deletion that waited. */
  | 'DELETION_CANCELLED'
  /** A user has asked for the deletion of the account, which waits. */
  | 'DELETION_REQUESTED'
  /** An administrator has blocked a destination. */
  | 'DESTINATION_BLOCKED'
  /** An administrator has ended a block. */
  | 'DESTINATION_UNBLOCKED'
  /** An account has verified an email address. */
  | 'EMAIL_VERIFIED'
  /** The limits of a number were lifted. */
  | 'LIMITS_CLEARED'
  /** Wrong proofs have locked a number or an account until `details.lockedUntil`. */
  | 'LOCKED'
  /** A number was proved to another application. */
  | 'NUMBER_PROVED'
  /** A user has added a passkey: `details.name`. */
  | 'PASSKEY_ADDED'
  /** The counter of a passkey went back, so there are two copies of its key. It opens nothing any more, and all sessions ended. */
  | 'PASSKEY_CLONED'
  /** A user has removed a passkey. */
  | 'PASSKEY_REMOVED'
  /** A user has given a passkey another name. */
  | 'PASSKEY_RENAMED'
  /** A user has set a password. */
  | 'PASSWORD_CHANGED'
  /** A user has removed the password. */
  | 'PASSWORD_REMOVED'
  /** A forgotten password was set anew, by a code. */
  | 'PASSWORD_RESET'
  /** A pause was ended. */
  | 'PAUSE_LIFTED'
  /** An account has a new number. */
  | 'PHONE_CHANGED'
  /** The number of an account went to a new account. */
  | 'PHONE_MOVED'
  /** An account has verified its number. */
  | 'PHONE_VERIFIED'
  /** A user has changed the profile. */
  | 'PROFILE_UPDATED'
  /** A user proved again who they are. */
  | 'REAUTHENTICATED'
  /** A refresh token came for the second time, so its session was ended. */
  | 'REFRESH_TOKEN_REUSED'
  /** An account was made. */
  | 'REGISTERED'
  /** An account has another role: `details.from`, `details.to`. */
  | 'ROLE_CHANGED'
  /** The pumping guard has paused a destination. */
  | 'SENDS_PAUSED'
  /** One session ended (`details.sessionId`), or several. */
  | 'SESSION_ENDED'
  /** A session began. `details.methods`: how, as in the claim `amr` of access tokens. */
  | 'SIGNED_IN'
  /** The key that signs access tokens was changed. */
  | 'SIGNING_KEY_ROTATED'
  /** Wrong proofs, added up for a quarter of an hour: `count` of them. `details.proof` is PASSWORD, CURRENT_PASSWORD or CODE, with the `purpose` of the code. */
  | 'SIGN_IN_FAILED'
  /** Accounts were imported from a file. */
  | 'USERS_IMPORTED'
  /** An account was deleted. `details.reason`: why, if an administrator did it. */
  | 'USER_DELETED'
  /** An account was locked: `details.reason`. */
  | 'USER_LOCKED'
  /** An account was unlocked. */
  | 'USER_UNLOCKED'
  /** An account was changed, not by its user. */
  | 'USER_UPDATED';

/** A way to prove who one is. */
export type AuthenticationMethod =
  /** A code to the verified email address of the account: `requestEmailOtp`. */
  | 'EMAIL_OTP'
  /** A passkey of the account: `startPasskeySignIn`. */
  | 'PASSKEY'
  /** The password of the account. */
  | 'PASSWORD'
  /** A code to the phone number of the account: `requestOtp`. */
  | 'PHONE_OTP';

/** Where nothing is sent any more: one of `phoneNumber`, `prefix` and `country`. */
export type BlockDestinationInput = {
  /** All numbers of a country, ISO 3166-1 alpha-2. */
  country?: InputMaybe<Scalars['String']['input']>;
  /** One number, in any spelling. */
  phoneNumber?: InputMaybe<Scalars['String']['input']>;
  /** All numbers that begin like this: + and the code of a country, or more digits, e.g. `+97798`. */
  prefix?: InputMaybe<Scalars['String']['input']>;
  /** Why, for other administrators. 1 to 500 characters. */
  reason: Scalars['String']['input'];
  /** When the block ends by itself. Null: it does not. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** When calls need a CAPTCHA. */
export type CaptchaMode =
  /** Codes, sign-ins and registrations: show the widget at once. */
  | 'ALWAYS'
  /** Only if a call is suspicious: show the widget after a `CaptchaRequiredError`. */
  | 'ON_SUSPICION';

/** Whose widget shows the CAPTCHA. */
export type CaptchaProvider =
  /** hCaptcha: https://js.hcaptcha.com/1/api.js */
  | 'HCAPTCHA'
  /** Cloudflare Turnstile: https://challenges.cloudflare.com/turnstile/v0/api.js */
  | 'TURNSTILE';

/** A new password, with the current one. */
export type ChangePasswordInput = {
  /** Not needed within 5 minutes of a sign-in by code. Later it is required if the account has a password (`User.hasPassword`). An account without one needs such a sign-in. */
  currentPassword?: InputMaybe<Scalars['String']['input']>;
  /** 8 to 256 characters of any kind. Common passwords are refused. */
  newPassword: Scalars['String']['input'];
  /** The new password again. */
  newPasswordConfirm: Scalars['String']['input'];
};

/** A new phone number and the code that was sent to it. */
export type ChangePhoneNumberInput = {
  /** The code that this account was sent to the new number. A code for anything else is wrong here. */
  otp: Scalars['String']['input'];
  /** The new number, as for `requestOtp` with the purpose `CHANGE_PHONE`. */
  phoneNumber: Scalars['String']['input'];
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  requestToken?: InputMaybe<Scalars['String']['input']>;
};

/** The token of a `FurtherProofRequiredError`, and one of `password`, `emailOtp`, `otp` and `newAccount`. */
export type ContinueSignInInput = {
  /** From the `FurtherProofRequiredError`. It is good for 10 minutes, and once. */
  continuationToken: Scalars['String']['input'];
  /** The `deviceToken` of the latest sign-in to this account on this device, or of `register`, if there was one. An invalid token counts as none. */
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  /** The code that `requestEmailOtp` with the purpose `CONTINUE_SIGN_IN` sent to the verified email address of the account. */
  emailOtp?: InputMaybe<Scalars['String']['input']>;
  /** The user has no other account here: the number goes to a new account, and the old one stays without a number. Only where a number opened an account that nobody has used for long. */
  newAccount?: Scalars['Boolean']['input'];
  /** A code that `requestOtp` sent to the number of the account, where a password was shown before. */
  otp?: InputMaybe<Scalars['String']['input']>;
  /** The password of the account. */
  password?: InputMaybe<Scalars['String']['input']>;
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  requestToken?: InputMaybe<Scalars['String']['input']>;
};

/** An account to delete. */
export type DeleteUserInput = {
  /** The id of the user. */
  id: Scalars['ID']['input'];
  /** Why, in 1 to 500 characters: for the audit trail and for other administrators. The user does not see it. */
  reason: Scalars['String']['input'];
};

/** The most likely reason why somebody has no code. It is judged by the latest request, a lock first. Where that request was refused by a limit or a CAPTCHA, and the code before it was lost within the hour, the loss is named. */
export type DeliveryCause =
  /** An administrator blocked the number, its range or its country. */
  | 'BLOCKED'
  /** A limit on codes was reached. `budget` of the request names it. */
  | 'BUDGET_SPENT'
  /** The app had to show a CAPTCHA first. It was not passed. */
  | 'CAPTCHA'
  /** The service sends no codes to that country, or not by that channel (ALLOWED_COUNTRIES, DELIVERY_ROUTES). */
  | 'COUNTRY'
  /** The provider says that the message arrived. */
  | 'DELIVERED'
  /** The code was over before its message could be sent, or before it arrived. */
  | 'EXPIRED'
  /** A provider says that the number does not exist, or gets no messages. */
  | 'INVALID_NUMBER'
  /** The number is locked, or was, after too many wrong codes. */
  | 'LOCKED'
  /** What was typed is no phone number. */
  | 'NOT_A_NUMBER'
  /** The number is not on that channel, such as WhatsApp or Telegram, or the channel is not offered. */
  | 'NOT_ON_CHANNEL'
  /** No code was asked for in the last seven days, or not in a way that one could be sent. */
  | 'NOT_REQUESTED'
  /** The number cannot get texts, or charges for them: a landline, for example. */
  | 'NUMBER_TYPE'
  /** The owner of the number asked for no more messages. Answering START allows them again. */
  | 'OPTED_OUT'
  /** The range of the number is paused because fraud is suspected (docs/pumping-guard.md). */
  | 'PAUSED'
  /** No provider took messages. */
  | 'PROVIDERS_DOWN'
  /** The provider refused the message, and not because of the number. */
  | 'PROVIDER_REFUSED'
  /** The message is still to be sent, or to be tried again. */
  | 'QUEUED'
  /** The provider took the message, and has not said whether it arrived. */
  | 'SENT'
  /** It is a test number: nothing is sent to it (TEST_PHONES). */
  | 'TEST_NUMBER'
  /** The pause after the code before was not over. */
  | 'TOO_SOON'
  /** The provider took the message, and could not deliver it. */
  | 'UNDELIVERED'
  /** No account has verified the number, and the code would only be of use to one. */
  | 'UNKNOWN_NUMBER'
  /** The code arrived and was used, or it was sent and ended since. */
  | 'VERIFIED';

/** Why no code is sent to a number. */
export type DestinationRefusal =
  /** The operator of the service blocked the number, or all that begin like it. Nothing is sent by any channel. */
  | 'BLOCKED'
  /** The service does not send codes to this country (ALLOWED_COUNTRIES), or not by this channel (DELIVERY_ROUTES). Another channel may work. */
  | 'COUNTRY'
  /** The provider reported that this number does not exist or cannot receive messages. Ask the user to check it. */
  | 'INVALID_NUMBER'
  /** The number is not on this channel, such as WhatsApp or Telegram. Offer another channel. */
  | 'NOT_ON_CHANNEL'
  /** The number cannot receive text messages, or charges for them: for example a landline, toll-free or premium rate number. A landline can be called: `channel: VOICE`. */
  | 'NUMBER_TYPE'
  /** The owner of the number asked for no more messages, for example by answering STOP. Answering START allows them again. */
  | 'OPTED_OUT';

/** The purpose of a code by email. A code for one purpose is invalid for every other. */
export type EmailOtpPurpose =
  /** After `FurtherProofRequiredError`, signed out: to go on with `continueSignIn`. The code goes to the account's verified address. It needs `continuationToken`, and no `email`. */
  | 'CONTINUE_SIGN_IN'
  /** To prove again who you are, signed in. The code goes to the account's verified address. */
  | 'REAUTHENTICATE'
  /** To set a new password with `resetPassword`, signed out. Only an address that an account has verified is sent a code. All addresses get the same answer. */
  | 'RESET_PASSWORD'
  /** To give the signed-in account this email address with `verifyEmail`. It needs a proof of the last five minutes that you are the owner of the account. */
  | 'VERIFY_EMAIL';

/** What happened. Values may be added: skip one that you do not know. */
export type EventKind =
  /** `session.ended`: one session ended, or all but some. A session that expires makes no event. */
  | 'SESSION_ENDED'
  /** `session.started`: the user signed in. */
  | 'SESSION_STARTED'
  /** `user.created`: an account was made, by its first sign-in, a registration or an import. */
  | 'USER_CREATED'
  /** `user.deleted`: the account is gone. It is the last event of the user. */
  | 'USER_DELETED'
  /** `user.locked`: an administrator locked the account. */
  | 'USER_LOCKED'
  /** `user.number_changed`: the account has another number, or none any more. */
  | 'USER_NUMBER_CHANGED'
  /** `user.phone_verified`: an account has verified its number. */
  | 'USER_PHONE_VERIFIED'
  /** `user.updated`: something about the account changed, or an administrator unlocked it. */
  | 'USER_UPDATED';

/** What is wrong with a field of the input. Values may be added: show `message` for one that you do not know. */
export type FieldErrorCode =
  /** The field is empty, or has only spaces or invisible characters. */
  | 'BLANK'
  /** The password is in a list of passwords from data breaches. */
  | 'BREACHED'
  /** The password is made of the name, email address, phone number or country of the user, or of the name of the service. */
  | 'CONTAINS_OWN_DATA'
  /** The phone number does not begin with + and a country code. */
  | 'COUNTRY_CODE_MISSING'
  /** The value does not have the form that the field needs. `message` says which. */
  | 'INVALID_FORMAT'
  /** The value differs from the field that it repeats, such as the password. */
  | 'MISMATCH'
  /** The text is no phone number, but for example an email address or a name. */
  | 'NOT_A_NUMBER'
  /** The value is valid, but this service does not accept it. */
  | 'NOT_OFFERED'
  /** This service needs the field, and it was left out. */
  | 'REQUIRED'
  /** The text has more than one phone number. */
  | 'SEVERAL_NUMBERS'
  /** Another account has the value. */
  | 'TAKEN'
  /** Too many people have this password. */
  | 'TOO_COMMON'
  /** The value is longer than `maximum`. Of a phone number: longer than numbers of its country. */
  | 'TOO_LONG'
  /** The value is shorter than `minimum`. Of a phone number: shorter than numbers of its country. */
  | 'TOO_SHORT'
  /** Nothing has this id. */
  | 'UNKNOWN'
  /** The phone number begins with a country code that no country has. */
  | 'UNKNOWN_COUNTRY';

/** What the browser answered. */
export type FinishPasskeyRegistrationInput = {
  /** What the user calls the passkey. Left out: browser and system, if they are known. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** `RegistrationResponseJSON` of WebAuthn, as the browser gave it. */
  response: Scalars['JSON']['input'];
};

/** What the browser answered. */
export type FinishPasskeySignInInput = {
  /** The `continuationToken` of a `FurtherProofRequiredError`: the passkey is the further proof, and a password reset that waited for one is carried out. */
  continuationToken?: InputMaybe<Scalars['String']['input']>;
  /** The `deviceToken` of the latest sign-in to this account on this device, or of `register`, if there was one. An invalid token counts as none. */
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  /** `AuthenticationResponseJSON` of WebAuthn, as the browser gave it. */
  response: Scalars['JSON']['input'];
};

/** An account to lock. */
export type LockUserInput = {
  /** The id of the user. */
  id: Scalars['ID']['input'];
  /** Why, in 1 to 500 characters: for the audit trail and for other administrators. The user does not see it. */
  reason: Scalars['String']['input'];
  /** When the lock ends by itself. Null or left out: it lasts until `unlockUser`. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** An identifier and a password. */
export type LoginInput = {
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  captchaToken?: InputMaybe<Scalars['String']['input']>;
  /** The `deviceToken` of the latest sign-in to this account on this device, or of `register`, if there was one. An invalid token counts as none. */
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  /** Username, email or verified phone number, as a person types it. */
  identifier: Scalars['String']['input'];
  /** The password. */
  password: Scalars['String']['input'];
};

/** Rights in the marketplace. What is left out stays as it is. */
export type MarketplaceInput = {
  /** Whether you have verified the business. */
  b2bVerified?: InputMaybe<Scalars['Boolean']['input']>;
  /** Kind of business, in your own words, up to 150 characters. Null clears it. */
  businessType?: InputMaybe<Scalars['String']['input']>;
  /** Whether the user may use the marketplace. */
  hasAccess?: InputMaybe<Scalars['Boolean']['input']>;
  /** The id of the user's shop in the marketplace, up to 150 characters. Null clears it. */
  shopId?: InputMaybe<Scalars['ID']['input']>;
};

/** How a code is sent. DELIVERY_ROUTES of your service decides which channels it offers. Other channels are refused as invalid input. */
export type OtpChannel =
  /** As a text message. */
  | 'SMS'
  /** As a message of Telegram. */
  | 'TELEGRAM'
  /** As a call that reads the code out twice. Landlines can be called, too. */
  | 'VOICE'
  /** As a WhatsApp message. */
  | 'WHATSAPP';

/** Why a message does not arrive. */
export type OtpDeliveryProblem =
  /** A mobile operator blocked it, or gave no reason. */
  | 'BLOCKED'
  /** The code was used, replaced or expired before the message could be sent. */
  | 'EXPIRED'
  /** The number does not exist, or cannot receive these messages. */
  | 'INVALID_NUMBER'
  /** The call was not answered, or the line was busy. */
  | 'NOT_ANSWERED'
  /** The number is not on this channel, such as WhatsApp or Telegram. */
  | 'NOT_ON_CHANNEL'
  /** The owner of the number asked for no more messages. */
  | 'OPTED_OUT'
  /** It could not be sent, and the number is not the reason. */
  | 'SERVICE'
  /** The phone is off, has no reception, or its memory is full. */
  | 'UNREACHABLE';

/** The state of a message with a code. */
export type OtpDeliveryStatus =
  /** The provider reports that the message arrived, or that the call was answered. */
  | 'DELIVERED'
  /** It will not arrive. `problem` says why, and `message` says what to do. */
  | 'FAILED'
  /** It is about to be sent, or to be tried again. Ask again in a few seconds. */
  | 'QUEUED'
  /** The provider has it. It stays in this state if the account does not know the device that asked, if the provider sends no reports, and for test numbers. */
  | 'SENT';

/** The purpose of a code. A code for one purpose is invalid for every other. */
export type OtpPurpose =
  /** To move the signed-in account to this number with `changePhoneNumber`. It needs a proof of the last five minutes that you are its owner. A number that another account has verified gets the same answer. */
  | 'CHANGE_PHONE'
  /** To prove the number to another application with `proveNumber`. No account is made. `audience` says which application. */
  | 'PROVE_NUMBER'
  /** To set a new password with `resetPassword`, signed out. Only a number that an account has verified is sent a code. All numbers get the same answer. */
  | 'RESET_PASSWORD'
  /** To sign in with `verifyOtp`, to sign up with `register`, or to prove again who you are with `reauthenticate`. */
  | 'SIGN_IN';

/** A phone number and the code that was sent to it with the purpose `PROVE_NUMBER`. */
export type ProveNumberInput = {
  /** The application that the code was sent for. It can be left out with the `requestToken`, and where PROOF_AUDIENCES has one application only. A code for one application proves nothing to another. */
  audience?: InputMaybe<Scalars['String']['input']>;
  /** The code: 6 digits of any script. It can be the text of the whole message, if one code of 6 digits stands in it. */
  otp: Scalars['String']['input'];
  /** The number as a person types it, or the `phoneNumber` that `requestOtp` returned. */
  phoneNumber: Scalars['String']['input'];
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  requestToken?: InputMaybe<Scalars['String']['input']>;
};

/** A proof of who the signed-in user is: exactly one of its proofs. */
export type ReauthenticateInput = {
  /** A code that `requestEmailOtp` sent to the verified email address of the account. */
  emailOtp?: InputMaybe<Scalars['String']['input']>;
  /** A code that `requestOtp` sent to the verified number of the account. */
  otp?: InputMaybe<Scalars['String']['input']>;
  /** `AuthenticationResponseJSON` of WebAuthn, by a passkey of the account: the answer to a `startPasskeySignIn` in the same session. */
  passkeyResponse?: InputMaybe<Scalars['JSON']['input']>;
  /** The password of the account. */
  password?: InputMaybe<Scalars['String']['input']>;
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  requestToken?: InputMaybe<Scalars['String']['input']>;
};

/** A proof of a number, and for whom it must be. */
export type RedeemProofInput = {
  /** The application that redeems the proof. A proof for another application is invalid. */
  audience: Scalars['String']['input'];
  /** The `proof` of a `proveNumber`. */
  proof: Scalars['String']['input'];
};

/** A registration form. Which fields are required beside `phoneNumber`: `signInOptions.registrationFields`. What is left out can be added later. */
export type RegisterInput = {
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  captchaToken?: InputMaybe<Scalars['String']['input']>;
  /** Up to 254 characters. No other account that has verified its number may have it; upper and lower case do not matter. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** Given name, up to 150 characters. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** Family name, up to 150 characters. */
  lastName?: InputMaybe<Scalars['String']['input']>;
  /** Where the user lives: the `id` of a city from `cities`. */
  locationId?: InputMaybe<Scalars['Int']['input']>;
  /** 8 to 256 characters of any kind. Common passwords are refused. */
  password?: InputMaybe<Scalars['String']['input']>;
  /** The password again. Both must be equal. */
  passwordConfirm?: InputMaybe<Scalars['String']['input']>;
  /** As a person types it: `+977 980-0000000`, or in national form if DEFAULT_REGION is set. It is unverified until its code is verified. */
  phoneNumber: Scalars['String']['input'];
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  requestToken?: InputMaybe<Scalars['String']['input']>;
  /** 3 to 64 letters, digits, dots, hyphens and underscores, with at least one letter. No other account that has verified its number may have it; upper and lower case do not matter. */
  username?: InputMaybe<Scalars['String']['input']>;
  /** The code that `requestOtp` sent to the number. With it, the number is verified from the start. REGISTRATION=code, the default in production, makes it required. A wrong code is refused even where it is optional. */
  verificationCode?: InputMaybe<Scalars['String']['input']>;
};

/** Where to send a code by email, and what for. */
export type RequestEmailOtpInput = {
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  captchaToken?: InputMaybe<Scalars['String']['input']>;
  /** With CONTINUE_SIGN_IN: the token of the `FurtherProofRequiredError`. Other purposes ignore it. */
  continuationToken?: InputMaybe<Scalars['String']['input']>;
  /** The email address. May be left out with VERIFY_EMAIL, for the address of the registration, and with REAUTHENTICATE. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** Language of the email (BCP 47), e.g. `ne`. Default: the language of the account, then the Accept-Language header, then DEFAULT_LOCALE. */
  locale?: InputMaybe<Scalars['String']['input']>;
  /** The purpose of the code. */
  purpose: EmailOtpPurpose;
};

/** The phone number, and how to send the code. */
export type RequestOtpInput = {
  /** The application that a proof is for: one of PROOF_AUDIENCES. Required with the purpose PROVE_NUMBER, and ignored with all others. The message names it. */
  audience?: InputMaybe<Scalars['String']['input']>;
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  captchaToken?: InputMaybe<Scalars['String']['input']>;
  /** How to send the code. All channels send the same code. */
  channel?: OtpChannel;
  /** The `deviceToken` of the latest sign-in to this account on this device, if there was one. With it, the device has its own limits on codes and guesses, and `otpDelivery` tells whether the message arrives. An invalid token counts as none. */
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  /** Language of the message (BCP 47), e.g. `ne` or `es-419`. Default: the language of the verified account, then the Accept-Language header, then DEFAULT_LOCALE. Messages exist in: am, ar, bn, de, en, es, fa, fil, fr, hi, id, it, ja, ko, mr, ne, nl, pl, pt, ru, sw, ta, te, th, tr, uk, ur, vi, zh-Hans, zh-Hant. */
  locale?: InputMaybe<Scalars['String']['input']>;
  /** As a person types it: `+977 980-0000000`, or in national form if DEFAULT_REGION is set. */
  phoneNumber: Scalars['String']['input'];
  /** The purpose of the code. */
  purpose?: OtpPurpose;
};

/** A code with the purpose RESET_PASSWORD, and the new password. */
export type ResetPasswordInput = {
  /** The `deviceToken` of the latest sign-in to this account on this device, if there was one. A device that the account has known for seven days needs no further proof. */
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  /** The address that `requestEmailOtp` sent the code to. Give this or `phoneNumber`. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** 8 to 256 characters of any kind. Common passwords are refused. */
  newPassword: Scalars['String']['input'];
  /** The new password again. */
  newPasswordConfirm: Scalars['String']['input'];
  /** The code, as a person types or pastes it. */
  otp: Scalars['String']['input'];
  /** The number that `requestOtp` sent the code to. Give this or `email`. */
  phoneNumber?: InputMaybe<Scalars['String']['input']>;
  /** The `requestToken` of the request that sent the code, so that wrong guesses of strangers do not use up yours. */
  requestToken?: InputMaybe<Scalars['String']['input']>;
};

/** The rights of an account. */
export type Role =
  /** An administrator. Your other services read the role from the `role` claim of the access token. */
  | 'ADMIN'
  /** Somebody who helps users: reads accounts, locks and unlocks those without a role, and lifts limits. Changes no data and no role. */
  | 'SUPPORT'
  /** A user without special rights. */
  | 'USER';

/** Why a provider has its place in a route. */
export type RouteStanding =
  /** It delivers clearly worse than the best one, so it is not chosen. */
  | 'BELOW_FLOOR'
  /** It costs more than the first one, even if it delivers as well as it may. */
  | 'DEAR'
  /** It costs least for a verified number, of those that deliver well enough. */
  | 'FIRST'
  /** It may turn out cheaper than the first one, so it is tried now and then. */
  | 'RIVAL'
  /** The settings say its place: the order of this route is not learned. */
  | 'SETTLED'
  /** Too few codes are known of it yet, so it is tried. */
  | 'UNKNOWN';

/** Which account is meant. */
export type StartPasskeySignInInput = {
  /** Then no other account opens. Left out: the browser offers the passkeys that it has. */
  phoneNumber?: InputMaybe<Scalars['String']['input']>;
};

/** What a code for a number without an account does (UNKNOWN_PHONE). */
export type UnknownPhonePolicy =
  /** A code is sent, and `verifyOtp` answers with `RegistrationRequiredError`: call `register`. */
  | 'REGISTER'
  /** `requestOtp` sends nothing and answers with `UserNotFoundError`. */
  | 'REJECT'
  /** A code is sent, and `verifyOtp` creates an account. */
  | 'SIGN_UP';

/** Changes to a profile. What is left out stays as it is, and null clears. */
export type UpdateProfileInput = {
  /** Given name, up to 150 characters. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** Family name, up to 150 characters. */
  lastName?: InputMaybe<Scalars['String']['input']>;
  /** Language of messages to the user (BCP 47), e.g. `ne`. A language that is not among `signInOptions.locales` is kept, and messages come in the language of the service. */
  locale?: InputMaybe<Scalars['String']['input']>;
  /** Where the user lives: the `id` of a city from `cities`. */
  locationId?: InputMaybe<Scalars['Int']['input']>;
  /** 3 to 64 letters, digits, dots, hyphens and underscores, with at least one letter. No other account that has verified its number may have it; upper and lower case do not matter. */
  username?: InputMaybe<Scalars['String']['input']>;
};

/** What to change of an account. What is left out stays as it is, and null clears it. The rules are those of `updateProfile`. */
export type UpdateUserInput = {
  /** Given name, up to 150 characters. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** The id of the user. */
  id: Scalars['ID']['input'];
  /** Family name, up to 150 characters. */
  lastName?: InputMaybe<Scalars['String']['input']>;
  /** Language of messages to the user (BCP 47), e.g. `ne`. */
  locale?: InputMaybe<Scalars['String']['input']>;
  /** Where the user lives: the `id` of a city from `cities`. */
  locationId?: InputMaybe<Scalars['Int']['input']>;
  /** Rights in the marketplace. */
  marketplace?: InputMaybe<MarketplaceInput>;
  /** A change needs a proof of yours from the last 5 minutes, and ends the sessions of the user. SUPPORT and ADMIN need a verified number, and a password or a verified email address. The only administrator stays one. */
  role?: InputMaybe<Role>;
  /** 3 to 64 letters, digits, dots, hyphens and underscores, with at least one letter. No other account that has verified its number may have it. */
  username?: InputMaybe<Scalars['String']['input']>;
};

/** Which users a list has. All that is given must hold; null counts as absent. */
export type UserFilter = {
  /** Only users whose business is verified, or only the others. */
  b2bVerified?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only numbers of this country (ISO 3166-1 alpha-2, upper or lower case), verified or not. An unknown code gives an empty list. */
  country?: InputMaybe<Scalars['String']['input']>;
  /** Only accounts that were created at this time or later. */
  createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only accounts that were created before this time. */
  createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only the account that has verified this email address. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** Only accounts whose email address is verified, or only the others: those without one are among them. */
  emailVerified?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only the account with this id in the system that it was imported from. */
  externalId?: InputMaybe<Scalars['String']['input']>;
  /** Only users who may use the marketplace, or only the others. */
  hasMarketplaceAccess?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only accounts that are locked, or only the others. A lock that is over does not count. */
  locked?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only the account that has verified this number, in any spelling. Unlike `search`, nobody comes into this list by taking a number as a name. */
  phoneNumber?: InputMaybe<Scalars['String']['input']>;
  /** Only accounts whose number is verified, or only the others. */
  phoneVerified?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only accounts with this role. */
  role?: InputMaybe<Role>;
};

/** The order of a list of users. */
export type UserOrder =
  /** The oldest account first. */
  | 'CREATED_AT_ASC'
  /** The newest account first. */
  | 'CREATED_AT_DESC'
  /** The account that was not used for longest comes first. */
  | 'LAST_USED_AT_ASC'
  /** Whoever used the account last comes first. Users who sign in meanwhile move. */
  | 'LAST_USED_AT_DESC';

/** An email address and the code that was sent to it. */
export type VerifyEmailInput = {
  /** The address, as it was given to `requestEmailOtp`. */
  email: Scalars['String']['input'];
  /** The code, as typed or pasted. */
  otp: Scalars['String']['input'];
  /** The `requestToken` of the `requestEmailOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. */
  requestToken?: InputMaybe<Scalars['String']['input']>;
};

/** A phone number and the code that was sent to it. */
export type VerifyOtpInput = {
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  captchaToken?: InputMaybe<Scalars['String']['input']>;
  /** The `deviceToken` of the latest sign-in to this account on this device, or of `register`, if there was one. An invalid token counts as none. */
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  /** The code: 6 digits of any script. Spaces and hyphens are ignored. It can be the text of the whole message, up to 256 characters, if one code of 6 digits stands in it. */
  otp: Scalars['String']['input'];
  /** The number as a person types it, or the `phoneNumber` that `requestOtp` returned. */
  phoneNumber: Scalars['String']['input'];
  /** The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none. */
  requestToken?: InputMaybe<Scalars['String']['input']>;
};

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;


export type RegisterMutation = { __typename?: 'Mutation', register:
    | { __typename: 'AccountDisabledError', message: string }
    | { __typename: 'AccountLockedError', retryAfterSeconds: number, message: string }
    | { __typename: 'CaptchaRequiredError', siteKey: string, provider: CaptchaProvider, message: string }
    | { __typename: 'InvalidInputError', message: string, fields: Array<{ __typename?: 'FieldError', field: string, code: FieldErrorCode, message: string }> }
    | { __typename: 'InvalidOtpError', attemptsRemaining: number, message: string }
    | { __typename: 'RegisterSuccess', user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, firstName?: string | null, role: Role, location?: { __typename?: 'City', name: string, countryCode: string } | null, marketplace: { __typename?: 'Marketplace', hasAccess: boolean } }, tokens: { __typename?: 'Tokens', accessToken: string } }
    | { __typename: 'TooManyRequestsError', retryAfterSeconds: number, message: string }
   };

export type RequestOtpMutationVariables = Exact<{
  input: RequestOtpInput;
}>;


export type RequestOtpMutation = { __typename?: 'Mutation', requestOtp:
    | { __typename: 'AccountLockedError', retryAfterSeconds: number, message: string }
    | { __typename: 'CaptchaRequiredError', siteKey: string, provider: CaptchaProvider, message: string }
    | { __typename: 'DeliveryUnavailableError', retryAfterSeconds: number, message: string }
    | { __typename: 'DestinationNotAllowedError', message: string }
    | { __typename: 'InvalidInputError', message: string, fields: Array<{ __typename?: 'FieldError', field: string, code: FieldErrorCode, message: string }> }
    | { __typename: 'ReauthenticationRequiredError', message: string }
    | { __typename: 'RequestOtpSuccess', phoneNumber: string, expiresAt: string, resendAvailableAt: string, codeLength: number, requestToken: string, pausedUntil?: string | null }
    | { __typename: 'TooManyRequestsError', retryAfterSeconds: number, message: string }
    | { __typename: 'UserNotFoundError', message: string }
   };

export type OtpDeliveryQueryVariables = Exact<{
  requestToken: Scalars['String']['input'];
}>;


export type OtpDeliveryQuery = { __typename?: 'Query', otpDelivery?: { __typename?: 'OtpDelivery', status: OtpDeliveryStatus, problem?: OtpDeliveryProblem | null, message: string, channel: OtpChannel } | null };

export type VerifyOtpMutationVariables = Exact<{
  input: VerifyOtpInput;
}>;


export type VerifyOtpMutation = { __typename?: 'Mutation', verifyOtp:
    | { __typename: 'AccountDisabledError', message: string }
    | { __typename: 'AccountLockedError', retryAfterSeconds: number, message: string }
    | { __typename: 'CaptchaRequiredError', siteKey: string, provider: CaptchaProvider, message: string }
    | { __typename: 'FurtherProofRequiredError', methods: Array<AuthenticationMethod>, continuationToken: string, availableAt?: string | null, message: string }
    | { __typename: 'InvalidInputError', message: string, fields: Array<{ __typename?: 'FieldError', field: string, code: FieldErrorCode, message: string }> }
    | { __typename: 'InvalidOtpError', attemptsRemaining: number, message: string }
    | { __typename: 'RegistrationRequiredError', message: string }
    | { __typename: 'TooManyRequestsError', retryAfterSeconds: number, message: string }
    | { __typename: 'VerifyOtpSuccess', newMember: boolean, user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, firstName?: string | null, role: Role, location?: { __typename?: 'City', name: string, countryCode: string } | null, marketplace: { __typename?: 'Marketplace', hasAccess: boolean } }, tokens: { __typename?: 'Tokens', accessToken: string } }
   };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { __typename?: 'Query', me?: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, firstName?: string | null, role: Role, location?: { __typename?: 'City', name: string, countryCode: string } | null, marketplace: { __typename?: 'Marketplace', hasAccess: boolean } } | null };

export type ProfileFragment = { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, firstName?: string | null, role: Role, location?: { __typename?: 'City', name: string, countryCode: string } | null, marketplace: { __typename?: 'Marketplace', hasAccess: boolean } };

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
}>;


export type UpdateProfileMutation = { __typename?: 'Mutation', updateProfile:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'TooManyRequestsError', message: string }
    | { __typename: 'UpdateProfileSuccess', user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, email?: string | null, emailVerified: boolean, username?: string | null, firstName?: string | null, lastName?: string | null, hasPassword: boolean } }
   };

export type RequestEmailOtpMutationVariables = Exact<{
  input: RequestEmailOtpInput;
}>;


export type RequestEmailOtpMutation = { __typename?: 'Mutation', requestEmailOtp:
    | { __typename: 'AccountLockedError', message: string }
    | { __typename: 'CaptchaRequiredError', message: string }
    | { __typename: 'DeliveryUnavailableError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'ReauthenticationRequiredError', message: string }
    | { __typename: 'RequestEmailOtpSuccess', email: string, requestToken: string }
    | { __typename: 'TooManyRequestsError', message: string }
   };

export type VerifyEmailMutationVariables = Exact<{
  input: VerifyEmailInput;
}>;


export type VerifyEmailMutation = { __typename?: 'Mutation', verifyEmail:
    | { __typename: 'AccountLockedError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'InvalidOtpError', message: string }
    | { __typename: 'ReauthenticationRequiredError', message: string }
    | { __typename: 'TooManyRequestsError', message: string }
    | { __typename: 'VerifyEmailSuccess', user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, email?: string | null, emailVerified: boolean, username?: string | null, firstName?: string | null, lastName?: string | null, hasPassword: boolean } }
   };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { __typename?: 'Mutation', changePassword:
    | { __typename: 'AccountLockedError', message: string }
    | { __typename: 'ChangePasswordSuccess', user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, email?: string | null, emailVerified: boolean, username?: string | null, firstName?: string | null, lastName?: string | null, hasPassword: boolean } }
    | { __typename: 'InvalidCredentialsError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'ReauthenticationRequiredError', message: string }
    | { __typename: 'TooManyRequestsError', message: string }
   };

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginMutation = { __typename?: 'Mutation', login:
    | { __typename: 'AccountDisabledError', message: string }
    | { __typename: 'AccountLockedError', message: string }
    | { __typename: 'CaptchaRequiredError', message: string }
    | { __typename: 'FurtherProofRequiredError', message: string }
    | { __typename: 'InvalidCredentialsError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'LoginSuccess', deviceToken?: string | null, user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, email?: string | null, emailVerified: boolean, username?: string | null, firstName?: string | null, lastName?: string | null, hasPassword: boolean }, tokens: { __typename?: 'Tokens', accessToken: string } }
    | { __typename: 'TooManyRequestsError', message: string }
   };

export type ResetPasswordMutationVariables = Exact<{
  input: ResetPasswordInput;
}>;


export type ResetPasswordMutation = { __typename?: 'Mutation', resetPassword:
    | { __typename: 'AccountDisabledError', message: string }
    | { __typename: 'AccountLockedError', message: string }
    | { __typename: 'FurtherProofRequiredError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'InvalidOtpError', message: string }
    | { __typename: 'ResetPasswordSuccess', deviceToken?: string | null, user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, email?: string | null, emailVerified: boolean, username?: string | null, firstName?: string | null, lastName?: string | null, hasPassword: boolean }, tokens: { __typename?: 'Tokens', accessToken: string } }
    | { __typename: 'TooManyRequestsError', message: string }
   };

export type RequestCodeMutationVariables = Exact<{
  input: RequestOtpInput;
}>;


export type RequestCodeMutation = { __typename?: 'Mutation', requestOtp:
    | { __typename: 'AccountLockedError', message: string }
    | { __typename: 'CaptchaRequiredError', message: string }
    | { __typename: 'DeliveryUnavailableError', message: string }
    | { __typename: 'DestinationNotAllowedError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'ReauthenticationRequiredError', message: string }
    | { __typename: 'RequestOtpSuccess', phoneNumber: string, requestToken: string }
    | { __typename: 'TooManyRequestsError', message: string }
    | { __typename: 'UserNotFoundError', message: string }
   };

export type SignInByCodeMutationVariables = Exact<{
  input: VerifyOtpInput;
}>;


export type SignInByCodeMutation = { __typename?: 'Mutation', verifyOtp:
    | { __typename: 'AccountDisabledError', message: string }
    | { __typename: 'AccountLockedError', message: string }
    | { __typename: 'CaptchaRequiredError', message: string }
    | { __typename: 'FurtherProofRequiredError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'InvalidOtpError', message: string }
    | { __typename: 'RegistrationRequiredError', message: string }
    | { __typename: 'TooManyRequestsError', message: string }
    | { __typename: 'VerifyOtpSuccess', newMember: boolean, deviceToken?: string | null, user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, email?: string | null, emailVerified: boolean, username?: string | null, firstName?: string | null, lastName?: string | null, hasPassword: boolean }, tokens: { __typename?: 'Tokens', accessToken: string } }
   };

export type ChangePhoneNumberMutationVariables = Exact<{
  input: ChangePhoneNumberInput;
}>;


export type ChangePhoneNumberMutation = { __typename?: 'Mutation', changePhoneNumber:
    | { __typename: 'AccountLockedError', message: string }
    | { __typename: 'ChangePhoneNumberSuccess', revertibleUntil: string, user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, email?: string | null, emailVerified: boolean, username?: string | null, firstName?: string | null, lastName?: string | null, hasPassword: boolean } }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'InvalidOtpError', message: string }
    | { __typename: 'ReauthenticationRequiredError', message: string }
    | { __typename: 'TooManyRequestsError', message: string }
   };

export type RevertChangeMutationVariables = Exact<{
  token: Scalars['String']['input'];
}>;


export type RevertChangeMutation = { __typename?: 'Mutation', revertChange:
    | { __typename: 'InvalidTokenError', message: string }
    | { __typename: 'RevertChangeSuccess', message: string }
   };

export type ExportMyDataQueryVariables = Exact<{ [key: string]: never; }>;


export type ExportMyDataQuery = { __typename?: 'Query', exportMyData: unknown };

export type DeleteAccountMutationVariables = Exact<{ [key: string]: never; }>;


export type DeleteAccountMutation = { __typename?: 'Mutation', deleteAccount:
    | { __typename: 'DeleteAccountSuccess', deletedAt: string }
    | { __typename: 'ReauthenticationRequiredError', message: string }
   };

export type PersonFragment = { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, email?: string | null, emailVerified: boolean, username?: string | null, firstName?: string | null, lastName?: string | null, hasPassword: boolean };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ProfileFragmentDoc = new TypedDocumentString(`
    fragment Profile on User {
  id
  phoneNumber
  phoneVerified
  firstName
  role
  location {
    name
    countryCode
  }
  marketplace {
    hasAccess
  }
}
    `, {"fragmentName":"Profile"}) as unknown as TypedDocumentString<ProfileFragment, unknown>;
export const PersonFragmentDoc = new TypedDocumentString(`
    fragment Person on User {
  id
  phoneNumber
  phoneVerified
  email
  emailVerified
  username
  firstName
  lastName
  hasPassword
}
    `, {"fragmentName":"Person"}) as unknown as TypedDocumentString<PersonFragment, unknown>;
export const RegisterDocument = new TypedDocumentString(`
    mutation Register($input: RegisterInput!) {
  register(input: $input) {
    __typename
    ... on RegisterSuccess {
      user {
        ...Profile
      }
      tokens {
        accessToken
      }
    }
    ... on InvalidInputError {
      fields {
        field
        code
        message
      }
    }
    ... on InvalidOtpError {
      attemptsRemaining
    }
    ... on AccountLockedError {
      retryAfterSeconds
    }
    ... on CaptchaRequiredError {
      siteKey
      provider
    }
    ... on TooManyRequestsError {
      retryAfterSeconds
    }
    ... on UserError {
      message
    }
  }
}
    fragment Profile on User {
  id
  phoneNumber
  phoneVerified
  firstName
  role
  location {
    name
    countryCode
  }
  marketplace {
    hasAccess
  }
}`) as unknown as TypedDocumentString<RegisterMutation, RegisterMutationVariables>;
export const RequestOtpDocument = new TypedDocumentString(`
    mutation RequestOtp($input: RequestOtpInput!) {
  requestOtp(input: $input) {
    __typename
    ... on RequestOtpSuccess {
      phoneNumber
      expiresAt
      resendAvailableAt
      codeLength
      requestToken
      pausedUntil
    }
    ... on InvalidInputError {
      fields {
        field
        code
        message
      }
    }
    ... on AccountLockedError {
      retryAfterSeconds
    }
    ... on CaptchaRequiredError {
      siteKey
      provider
    }
    ... on TooManyRequestsError {
      retryAfterSeconds
    }
    ... on DeliveryUnavailableError {
      retryAfterSeconds
    }
    ... on UserError {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RequestOtpMutation, RequestOtpMutationVariables>;
export const OtpDeliveryDocument = new TypedDocumentString(`
    query OtpDelivery($requestToken: String!) {
  otpDelivery(requestToken: $requestToken) {
    status
    problem
    message
    channel
  }
}
    `) as unknown as TypedDocumentString<OtpDeliveryQuery, OtpDeliveryQueryVariables>;
export const VerifyOtpDocument = new TypedDocumentString(`
    mutation VerifyOtp($input: VerifyOtpInput!) {
  verifyOtp(input: $input) {
    __typename
    ... on VerifyOtpSuccess {
      user {
        ...Profile
      }
      tokens {
        accessToken
      }
      newMember
    }
    ... on InvalidInputError {
      fields {
        field
        code
        message
      }
    }
    ... on InvalidOtpError {
      attemptsRemaining
    }
    ... on AccountLockedError {
      retryAfterSeconds
    }
    ... on CaptchaRequiredError {
      siteKey
      provider
    }
    ... on TooManyRequestsError {
      retryAfterSeconds
    }
    ... on FurtherProofRequiredError {
      methods
      continuationToken
      availableAt
    }
    ... on UserError {
      message
    }
  }
}
    fragment Profile on User {
  id
  phoneNumber
  phoneVerified
  firstName
  role
  location {
    name
    countryCode
  }
  marketplace {
    hasAccess
  }
}`) as unknown as TypedDocumentString<VerifyOtpMutation, VerifyOtpMutationVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    ...Profile
  }
}
    fragment Profile on User {
  id
  phoneNumber
  phoneVerified
  firstName
  role
  location {
    name
    countryCode
  }
  marketplace {
    hasAccess
  }
}`) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const UpdateProfileDocument = new TypedDocumentString(`
    mutation UpdateProfile($input: UpdateProfileInput!) {
  updateProfile(input: $input) {
    __typename
    ... on UpdateProfileSuccess {
      user {
        ...Person
      }
    }
    ... on UserError {
      message
    }
  }
}
    fragment Person on User {
  id
  phoneNumber
  phoneVerified
  email
  emailVerified
  username
  firstName
  lastName
  hasPassword
}`) as unknown as TypedDocumentString<UpdateProfileMutation, UpdateProfileMutationVariables>;
export const RequestEmailOtpDocument = new TypedDocumentString(`
    mutation RequestEmailOtp($input: RequestEmailOtpInput!) {
  requestEmailOtp(input: $input) {
    __typename
    ... on RequestEmailOtpSuccess {
      email
      requestToken
    }
    ... on UserError {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RequestEmailOtpMutation, RequestEmailOtpMutationVariables>;
export const VerifyEmailDocument = new TypedDocumentString(`
    mutation VerifyEmail($input: VerifyEmailInput!) {
  verifyEmail(input: $input) {
    __typename
    ... on VerifyEmailSuccess {
      user {
        ...Person
      }
    }
    ... on UserError {
      message
    }
  }
}
    fragment Person on User {
  id
  phoneNumber
  phoneVerified
  email
  emailVerified
  username
  firstName
  lastName
  hasPassword
}`) as unknown as TypedDocumentString<VerifyEmailMutation, VerifyEmailMutationVariables>;
export const ChangePasswordDocument = new TypedDocumentString(`
    mutation ChangePassword($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    __typename
    ... on ChangePasswordSuccess {
      user {
        ...Person
      }
    }
    ... on UserError {
      message
    }
  }
}
    fragment Person on User {
  id
  phoneNumber
  phoneVerified
  email
  emailVerified
  username
  firstName
  lastName
  hasPassword
}`) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const LoginDocument = new TypedDocumentString(`
    mutation Login($input: LoginInput!) {
  login(input: $input) {
    __typename
    ... on LoginSuccess {
      user {
        ...Person
      }
      tokens {
        accessToken
      }
      deviceToken
    }
    ... on UserError {
      message
    }
  }
}
    fragment Person on User {
  id
  phoneNumber
  phoneVerified
  email
  emailVerified
  username
  firstName
  lastName
  hasPassword
}`) as unknown as TypedDocumentString<LoginMutation, LoginMutationVariables>;
export const ResetPasswordDocument = new TypedDocumentString(`
    mutation ResetPassword($input: ResetPasswordInput!) {
  resetPassword(input: $input) {
    __typename
    ... on ResetPasswordSuccess {
      user {
        ...Person
      }
      tokens {
        accessToken
      }
      deviceToken
    }
    ... on UserError {
      message
    }
  }
}
    fragment Person on User {
  id
  phoneNumber
  phoneVerified
  email
  emailVerified
  username
  firstName
  lastName
  hasPassword
}`) as unknown as TypedDocumentString<ResetPasswordMutation, ResetPasswordMutationVariables>;
export const RequestCodeDocument = new TypedDocumentString(`
    mutation RequestCode($input: RequestOtpInput!) {
  requestOtp(input: $input) {
    __typename
    ... on RequestOtpSuccess {
      phoneNumber
      requestToken
    }
    ... on UserError {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RequestCodeMutation, RequestCodeMutationVariables>;
export const SignInByCodeDocument = new TypedDocumentString(`
    mutation SignInByCode($input: VerifyOtpInput!) {
  verifyOtp(input: $input) {
    __typename
    ... on VerifyOtpSuccess {
      user {
        ...Person
      }
      tokens {
        accessToken
      }
      newMember
      deviceToken
    }
    ... on UserError {
      message
    }
  }
}
    fragment Person on User {
  id
  phoneNumber
  phoneVerified
  email
  emailVerified
  username
  firstName
  lastName
  hasPassword
}`) as unknown as TypedDocumentString<SignInByCodeMutation, SignInByCodeMutationVariables>;
export const ChangePhoneNumberDocument = new TypedDocumentString(`
    mutation ChangePhoneNumber($input: ChangePhoneNumberInput!) {
  changePhoneNumber(input: $input) {
    __typename
    ... on ChangePhoneNumberSuccess {
      user {
        ...Person
      }
      revertibleUntil
    }
    ... on UserError {
      message
    }
  }
}
    fragment Person on User {
  id
  phoneNumber
  phoneVerified
  email
  emailVerified
  username
  firstName
  lastName
  hasPassword
}`) as unknown as TypedDocumentString<ChangePhoneNumberMutation, ChangePhoneNumberMutationVariables>;
export const RevertChangeDocument = new TypedDocumentString(`
    mutation RevertChange($token: String!) {
  revertChange(token: $token) {
    __typename
    ... on RevertChangeSuccess {
      message
    }
    ... on UserError {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevertChangeMutation, RevertChangeMutationVariables>;
export const ExportMyDataDocument = new TypedDocumentString(`
    query ExportMyData {
  exportMyData
}
    `) as unknown as TypedDocumentString<ExportMyDataQuery, ExportMyDataQueryVariables>;
export const DeleteAccountDocument = new TypedDocumentString(`
    mutation DeleteAccount {
  deleteAccount {
    __typename
    ... on DeleteAccountSuccess {
      deletedAt
    }
    ... on UserError {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteAccountMutation, DeleteAccountMutationVariables>;
