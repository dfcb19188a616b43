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
};

/** A new password, and what proves that it may be set. */
export type ChangePasswordInput = {
  /** Needed where the account has a password (`User.hasPassword`); otherwise a sign-in by code within the last 5 minutes is. */
  currentPassword?: InputMaybe<Scalars['String']['input']>;
  /** 8 to 256 characters of any kind. Common passwords are refused. */
  newPassword: Scalars['String']['input'];
  /** The new password once more. */
  newPasswordConfirm: Scalars['String']['input'];
};

/** Why no code is sent to a number. */
export type DestinationRefusal =
  /** The service does not send codes to the number's country (ALLOWED_COUNTRIES), or not by this channel (DELIVERY_ROUTES): another one may lead there. */
  | 'COUNTRY'
  /** Messages to this number came back lately: nobody has it, or it takes none. Ask whether it is right. */
  | 'INVALID_NUMBER'
  /** The number is not on this channel, such as WhatsApp. Offer another channel. */
  | 'NOT_ON_CHANNEL'
  /** The number cannot receive texts or charges for them: landline, toll-free, premium rate, pager and such. A landline can be called: `channel: VOICE`. */
  | 'NUMBER_TYPE'
  /** Whoever has the number asked for no more messages, for example by answering STOP. START undoes it. */
  | 'OPTED_OUT';

/** Who somebody says they are, and their password. */
export type LoginInput = {
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  captchaToken?: InputMaybe<Scalars['String']['input']>;
  /** The `deviceToken` of the latest sign-in to this account on this device, if there was one. An invalid token counts as none. */
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  /** Username, email, or a phone number that has been proved, as a person types it. */
  identifier: Scalars['String']['input'];
  /** The password. */
  password: Scalars['String']['input'];
};

/** How a code travels. Which channels there are is up to the deployment (DELIVERY_ROUTES); the others are refused as invalid input. */
export type OtpChannel =
  /** As a text message. */
  | 'SMS'
  /** By a call that reads the code out, twice. It also reaches landlines. */
  | 'VOICE'
  /** As a WhatsApp message. */
  | 'WHATSAPP';

/** Why a message does not arrive. */
export type OtpDeliveryProblem =
  /** A mobile operator did not let it through, or does not say why. */
  | 'BLOCKED'
  /** The code was used, replaced or over before the message could be sent. */
  | 'EXPIRED'
  /** Nobody has the number, or it takes no such messages. */
  | 'INVALID_NUMBER'
  /** The call was not answered, or the line was busy. */
  | 'NOT_ANSWERED'
  /** The number is not on this channel, such as WhatsApp. */
  | 'NOT_ON_CHANNEL'
  /** Whoever has the number asked for no more messages. */
  | 'OPTED_OUT'
  /** It could not be sent, for a reason that is not with the number. */
  | 'SERVICE'
  /** The phone is off, has no reception or takes no more messages. */
  | 'UNREACHABLE';

/** How far a message with a code has come. */
export type OtpDeliveryStatus =
  /** The provider says that it arrived; of a call, that it was answered. */
  | 'DELIVERED'
  /** It will not arrive: `problem` tells why, and `message` what to do. */
  | 'FAILED'
  /** It is about to be handed over, or to be tried again. Ask again in a few seconds. */
  | 'QUEUED'
  /** On its way. Where nobody reports what becomes of messages, it stays like this, and for test numbers. */
  | 'SENT';

/** What a code is good for. A code for one purpose is worth nothing for another. */
export type OtpPurpose =
  /** To sign in with `verifyOtp`, or to sign up with `register`. */
  | 'SIGN_IN';

/** A registration form. */
export type RegisterInput = {
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  captchaToken?: InputMaybe<Scalars['String']['input']>;
  /** Up to 254 characters. Unique regardless of upper and lower case. */
  email: Scalars['String']['input'];
  /** Given name, up to 150 characters. */
  firstName: Scalars['String']['input'];
  /** Family name, up to 150 characters. */
  lastName: Scalars['String']['input'];
  /** Where the user lives: the `id` of a city that `cities` lists. */
  locationId?: InputMaybe<Scalars['Int']['input']>;
  /** 8 to 256 characters of any kind. Common passwords are refused. */
  password: Scalars['String']['input'];
  /** The password once more: both must be the same. */
  passwordConfirm: Scalars['String']['input'];
  /** As a person types it: `+977 980-0000000`, or national where the deployment has a default country. It stays unproved until its code is verified. */
  phoneNumber: Scalars['String']['input'];
  /** 3 to 64 letters, digits, dots, hyphens and underscores, at least one letter. Unique regardless of case. */
  username?: InputMaybe<Scalars['String']['input']>;
  /** The code that `requestOtp` sent to the number: it proves the number from the start. Deployments with REGISTRATION=code require it; where it is optional, a wrong one is refused all the same. */
  verificationCode?: InputMaybe<Scalars['String']['input']>;
};

/** Who is to be sent a code, and what for. */
export type RequestOtpInput = {
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  captchaToken?: InputMaybe<Scalars['String']['input']>;
  /** How the code is to travel. Whichever way, it is the same code. */
  channel?: OtpChannel;
  /** The `deviceToken` of the latest sign-in to this account on this device, if there was one: a lock that strangers caused does not hold for it. One that is not valid counts as none. */
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  /** Language of the text (BCP 47), e.g. `ne` or `es-419`. Default: the user's, then the Accept-Language header, then that of the deployment (DEFAULT_LOCALE). Texts exist in: ar, bn, de, en, es, fr, hi, id, it, ne, pt, ru, sw, ur, vi. */
  locale?: InputMaybe<Scalars['String']['input']>;
  /** As a person types it: `+977 980-0000000`, or national where the deployment has a default country. */
  phoneNumber: Scalars['String']['input'];
  /** What the code is to be good for. */
  purpose?: OtpPurpose;
};

/** What an account may do beyond what is its own. */
export type Role =
  /** An administrator. Other services read it from the `role` claim of the access token. */
  | 'ADMIN'
  /** An ordinary user: nothing beyond the own account. */
  | 'USER';

/** A phone number and the code that was sent to it. */
export type VerifyOtpInput = {
  /** The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, too long, used or expired counts as missing. Services without a CAPTCHA ignore it. */
  captchaToken?: InputMaybe<Scalars['String']['input']>;
  /** The `deviceToken` of the latest sign-in to this account on this device, if there was one. An invalid token counts as none. */
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  /** The code: 6 digits of any script; spaces and hyphens between them do no harm. */
  otp: Scalars['String']['input'];
  /** The number as a person types it, or the `phoneNumber` that `requestOtp` returned. */
  phoneNumber: Scalars['String']['input'];
};

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;


export type RegisterMutation = { __typename?: 'Mutation', register:
    | { __typename: 'AccountLockedError', retryAfterSeconds: number, message: string }
    | { __typename: 'CaptchaRequiredError', siteKey: string, message: string }
    | { __typename: 'InvalidInputError', message: string, fields: Array<{ __typename?: 'FieldError', field: string, message: string }> }
    | { __typename: 'InvalidOtpError', attemptsRemaining: number, message: string }
    | { __typename: 'RegisterSuccess', user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, firstName?: string | null, role: Role, location?: { __typename?: 'City', name: string, countryCode: string } | null, marketplace: { __typename?: 'Marketplace', hasAccess: boolean } }, tokens: { __typename?: 'Tokens', accessToken: string } }
    | { __typename: 'TooManyRequestsError', retryAfterSeconds: number, message: string }
   };

export type RequestOtpMutationVariables = Exact<{
  input: RequestOtpInput;
}>;


export type RequestOtpMutation = { __typename?: 'Mutation', requestOtp:
    | { __typename: 'AccountLockedError', retryAfterSeconds: number, message: string }
    | { __typename: 'CaptchaRequiredError', siteKey: string, message: string }
    | { __typename: 'DeliveryUnavailableError', retryAfterSeconds: number, message: string }
    | { __typename: 'DestinationNotAllowedError', message: string }
    | { __typename: 'InvalidInputError', message: string, fields: Array<{ __typename?: 'FieldError', field: string, message: string }> }
    | { __typename: 'RequestOtpSuccess', phoneNumber: string, expiresAt: string, resendAvailableAt: string, codeLength: number, deliveryToken?: string | null, pausedUntil?: string | null }
    | { __typename: 'TooManyRequestsError', retryAfterSeconds: number, message: string }
    | { __typename: 'UserNotFoundError', message: string }
   };

export type OtpDeliveryQueryVariables = Exact<{
  deliveryToken: Scalars['String']['input'];
}>;


export type OtpDeliveryQuery = { __typename?: 'Query', otpDelivery?: { __typename?: 'OtpDelivery', status: OtpDeliveryStatus, problem?: OtpDeliveryProblem | null, message: string, channel: OtpChannel } | null };

export type VerifyOtpMutationVariables = Exact<{
  input: VerifyOtpInput;
}>;


export type VerifyOtpMutation = { __typename?: 'Mutation', verifyOtp:
    | { __typename: 'AccountLockedError', retryAfterSeconds: number, message: string }
    | { __typename: 'CaptchaRequiredError', siteKey: string, message: string }
    | { __typename: 'InvalidInputError', message: string, fields: Array<{ __typename?: 'FieldError', field: string, message: string }> }
    | { __typename: 'InvalidOtpError', attemptsRemaining: number, message: string }
    | { __typename: 'RegistrationRequiredError', message: string }
    | { __typename: 'TooManyRequestsError', retryAfterSeconds: number, message: string }
    | { __typename: 'VerifyOtpSuccess', newMember: boolean, user: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, firstName?: string | null, role: Role, location?: { __typename?: 'City', name: string, countryCode: string } | null, marketplace: { __typename?: 'Marketplace', hasAccess: boolean } }, tokens: { __typename?: 'Tokens', accessToken: string } }
   };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { __typename?: 'Query', me?: { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, firstName?: string | null, role: Role, location?: { __typename?: 'City', name: string, countryCode: string } | null, marketplace: { __typename?: 'Marketplace', hasAccess: boolean } } | null };

export type ProfileFragment = { __typename?: 'User', id: string, phoneNumber?: string | null, phoneVerified: boolean, firstName?: string | null, role: Role, location?: { __typename?: 'City', name: string, countryCode: string } | null, marketplace: { __typename?: 'Marketplace', hasAccess: boolean } };

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
      deliveryToken
      pausedUntil
    }
    ... on InvalidInputError {
      fields {
        field
        message
      }
    }
    ... on AccountLockedError {
      retryAfterSeconds
    }
    ... on CaptchaRequiredError {
      siteKey
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
    query OtpDelivery($deliveryToken: String!) {
  otpDelivery(deliveryToken: $deliveryToken) {
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
