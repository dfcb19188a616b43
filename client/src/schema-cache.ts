// Made from schema.graphql by npm run generate, for the caches of Apollo Client and urql.

/** Every failure that a user can act on. */
export type UserErrorName =
  | 'AccountDisabledError'
  | 'AccountLockedError'
  | 'CaptchaRequiredError'
  | 'DeliveryUnavailableError'
  | 'DestinationNotAllowedError'
  | 'FurtherProofRequiredError'
  | 'InvalidCredentialsError'
  | 'InvalidInputError'
  | 'InvalidOtpError'
  | 'InvalidTokenError'
  | 'NotFoundError'
  | 'ReauthenticationRequiredError'
  | 'RegistrationRequiredError'
  | 'SessionNotFoundError'
  | 'TooManyRequestsError'
  | 'UserNotFoundError';

/** The types that an interface or a union stands for. */
export const possibleTypes: Record<string, string[]> = {
  ChangePasswordResult: ['AccountLockedError', 'ChangePasswordSuccess', 'InvalidCredentialsError', 'InvalidInputError', 'ReauthenticationRequiredError', 'TooManyRequestsError'],
  UserError: ['AccountDisabledError', 'AccountLockedError', 'CaptchaRequiredError', 'DeliveryUnavailableError', 'DestinationNotAllowedError', 'FurtherProofRequiredError', 'InvalidCredentialsError', 'InvalidInputError', 'InvalidOtpError', 'InvalidTokenError', 'NotFoundError', 'ReauthenticationRequiredError', 'RegistrationRequiredError', 'SessionNotFoundError', 'TooManyRequestsError', 'UserNotFoundError'],
  RetryableError: ['AccountLockedError', 'DeliveryUnavailableError', 'TooManyRequestsError'],
  ReauthenticateResult: ['AccountLockedError', 'InvalidCredentialsError', 'InvalidInputError', 'InvalidOtpError', 'ReauthenticateSuccess', 'TooManyRequestsError'],
  RemovePasswordResult: ['ReauthenticationRequiredError', 'RemovePasswordSuccess'],
  ChangePhoneNumberResult: ['AccountLockedError', 'ChangePhoneNumberSuccess', 'InvalidInputError', 'InvalidOtpError', 'ReauthenticationRequiredError', 'TooManyRequestsError'],
  RevertChangeResult: ['InvalidTokenError', 'RevertChangeSuccess'],
  UpdateProfileResult: ['InvalidInputError', 'TooManyRequestsError', 'UpdateProfileSuccess'],
  RequestEmailOtpResult: ['AccountLockedError', 'CaptchaRequiredError', 'DeliveryUnavailableError', 'InvalidInputError', 'ReauthenticationRequiredError', 'RequestEmailOtpSuccess', 'TooManyRequestsError'],
  ResetPasswordResult: ['AccountDisabledError', 'AccountLockedError', 'FurtherProofRequiredError', 'InvalidInputError', 'InvalidOtpError', 'ResetPasswordSuccess', 'TooManyRequestsError'],
  VerifyEmailResult: ['AccountLockedError', 'InvalidInputError', 'InvalidOtpError', 'ReauthenticationRequiredError', 'TooManyRequestsError', 'VerifyEmailSuccess'],
  StartPasskeyRegistrationResult: ['InvalidInputError', 'ReauthenticationRequiredError', 'StartPasskeyRegistrationSuccess'],
  FinishPasskeyRegistrationResult: ['FinishPasskeyRegistrationSuccess', 'InvalidInputError', 'InvalidTokenError', 'ReauthenticationRequiredError'],
  RenamePasskeyResult: ['InvalidInputError', 'NotFoundError', 'RenamePasskeySuccess'],
  RemovePasskeyResult: ['NotFoundError', 'ReauthenticationRequiredError', 'RemovePasskeySuccess'],
  DeleteAccountResult: ['DeleteAccountSuccess', 'ReauthenticationRequiredError'],
  UpdateUserResult: ['InvalidInputError', 'ReauthenticationRequiredError', 'UpdateUserSuccess', 'UserNotFoundError'],
  LockUserResult: ['InvalidInputError', 'LockUserSuccess', 'UserNotFoundError'],
  UnlockUserResult: ['UnlockUserSuccess', 'UserNotFoundError'],
  EndUserSessionsResult: ['EndUserSessionsSuccess', 'UserNotFoundError'],
  DeleteUserResult: ['DeleteUserSuccess', 'InvalidInputError', 'ReauthenticationRequiredError', 'UserNotFoundError'],
  BlockDestinationResult: ['BlockDestinationSuccess', 'InvalidInputError'],
  UnblockDestinationResult: ['NotFoundError', 'UnblockDestinationSuccess'],
  LiftPauseResult: ['LiftPauseSuccess', 'NotFoundError'],
  ClearLimitsResult: ['ClearLimitsSuccess', 'InvalidInputError', 'TooManyRequestsError'],
  ProveNumberResult: ['AccountLockedError', 'InvalidInputError', 'InvalidOtpError', 'ProveNumberSuccess', 'TooManyRequestsError'],
  RedeemProofResult: ['InvalidTokenError', 'RedeemProofSuccess'],
  RefreshSessionResult: ['InvalidTokenError', 'RefreshSessionSuccess'],
  LogoutResult: ['InvalidTokenError', 'LogoutSuccess'],
  LogoutEverywhereResult: ['LogoutEverywhereSuccess'],
  RevokeSessionResult: ['RevokeSessionSuccess', 'SessionNotFoundError'],
  ContinueSignInResult: ['AccountDisabledError', 'AccountLockedError', 'InvalidCredentialsError', 'InvalidInputError', 'InvalidOtpError', 'InvalidTokenError', 'TooManyRequestsError', 'VerifyOtpSuccess'],
  StartPasskeySignInResult: ['InvalidInputError', 'StartPasskeySignInSuccess'],
  FinishPasskeySignInResult: ['AccountDisabledError', 'FinishPasskeySignInSuccess', 'InvalidCredentialsError', 'InvalidTokenError'],
  LoginResult: ['AccountDisabledError', 'AccountLockedError', 'CaptchaRequiredError', 'FurtherProofRequiredError', 'InvalidCredentialsError', 'InvalidInputError', 'LoginSuccess', 'TooManyRequestsError'],
  RegisterResult: ['AccountDisabledError', 'AccountLockedError', 'CaptchaRequiredError', 'InvalidInputError', 'InvalidOtpError', 'RegisterSuccess', 'TooManyRequestsError'],
  RequestOtpResult: ['AccountLockedError', 'CaptchaRequiredError', 'DeliveryUnavailableError', 'DestinationNotAllowedError', 'InvalidInputError', 'ReauthenticationRequiredError', 'RequestOtpSuccess', 'TooManyRequestsError', 'UserNotFoundError'],
  VerifyOtpResult: ['AccountDisabledError', 'AccountLockedError', 'CaptchaRequiredError', 'FurtherProofRequiredError', 'InvalidInputError', 'InvalidOtpError', 'RegistrationRequiredError', 'TooManyRequestsError', 'VerifyOtpSuccess'],
};

/** Objects without an id. Caches keep them as a part of what holds them. */
export const withoutId: readonly string[] = ['AccountDisabledError', 'AccountLockedError', 'AuditEventConnection', 'AuditEventEdge', 'BlockDestinationSuccess', 'BlockedDestinationConnection', 'BlockedDestinationEdge', 'CaptchaOptions', 'CaptchaRequiredError', 'ChallengeState', 'ChangePasswordSuccess', 'ChangePhoneNumberSuccess', 'CityConnection', 'CityEdge', 'ClearLimitsSuccess', 'CodeRequest', 'DeleteAccountSuccess', 'DeleteUserSuccess', 'DeliveryReport', 'DeliveryRoute', 'DeliveryUnavailableError', 'DestinationNotAllowedError', 'EndUserSessionsSuccess', 'EventConnection', 'EventEdge', 'FieldError', 'FinishPasskeyRegistrationSuccess', 'FinishPasskeySignInSuccess', 'FurtherProofRequiredError', 'InvalidCredentialsError', 'InvalidInputError', 'InvalidOtpError', 'InvalidTokenError', 'LiftPauseSuccess', 'LockUserSuccess', 'LoginSuccess', 'LogoutEverywhereSuccess', 'LogoutSuccess', 'MessageConnection', 'MessageEdge', 'NotFoundError', 'OtpDelivery', 'PageInfo', 'PasskeyOptions', 'PasswordRules', 'ProveNumberSuccess', 'ProviderBalance', 'ReauthenticateSuccess', 'ReauthenticationRequiredError', 'RedeemProofSuccess', 'RefreshSessionSuccess', 'RegisterSuccess', 'RegistrationRequiredError', 'RemovePasskeySuccess', 'RemovePasswordSuccess', 'RenamePasskeySuccess', 'RequestEmailOtpSuccess', 'RequestOtpSuccess', 'ResetPasswordSuccess', 'RevertChangeSuccess', 'RevokeSessionSuccess', 'RouteProvider', 'SendBudget', 'SessionNotFoundError', 'SignInCountry', 'SignInOptions', 'StartPasskeyRegistrationSuccess', 'StartPasskeySignInSuccess', 'Tokens', 'TooManyRequestsError', 'UnblockDestinationSuccess', 'UnlockUserSuccess', 'UpdateProfileSuccess', 'UpdateUserSuccess', 'UserConnection', 'UserEdge', 'UserNotFoundError', 'VerifyEmailSuccess', 'VerifyOtpSuccess'];

/** Those of them that queries answer with outside of lists: fields that were loaded apart belong together. */
export const withoutIdAlone: readonly string[] = ['AuditEventConnection', 'BlockedDestinationConnection', 'CaptchaOptions', 'CityConnection', 'DeliveryReport', 'EventConnection', 'MessageConnection', 'OtpDelivery', 'PageInfo', 'PasskeyOptions', 'PasswordRules', 'SignInOptions', 'UserConnection'];
