import 'reflect-metadata';
import { type GraphQLObjectType, type GraphQLSchema, isScalarType } from 'graphql';
import { type BuildSchemaOptions, buildSchemaSync } from 'type-graphql';
import { ChangePasswordResolver } from './account/change-password.resolver.js';
import { ReauthenticateResolver } from './account/reauthenticate/reauthenticate.resolver.js';
import { RemovePasswordResolver } from './account/remove-password/remove-password.resolver.js';
import { ChangePhoneNumberResolver } from './account/change-phone-number/change-phone-number.resolver.js';
import { RevertChangeResolver } from './account/revert-change/revert-change.resolver.js';
import { UpdateProfileResolver } from './account/profile/update-profile.resolver.js';
import { RequestEmailOtpResolver } from './account/request-email-otp/request-email-otp.resolver.js';
import { ResetPasswordResolver } from './account/reset-password/reset-password.resolver.js';
import { VerifyEmailResolver } from './account/verify-email/verify-email.resolver.js';
import { PasskeyResolver } from './account/passkeys/passkeys.resolver.js';
import { DeleteAccountResolver } from './account/leaving/delete-account.resolver.js';
import { ExportMyDataResolver } from './account/leaving/export-my-data.resolver.js';
import { ActsResolver } from './admin/acts/acts.resolver.js';
import { DeliveryRoutesResolver } from './admin/delivery-routes/delivery-routes.resolver.js';
import { DeliveryReportResolver } from './admin/delivery-report/delivery-report.resolver.js';
import { AuditTrailResolver } from './admin/audit-trail/audit-trail.resolver.js';
import { BalancesResolver } from './admin/balances/balances.resolver.js';
import { DestinationsResolver } from './admin/destinations/destinations.resolver.js';
import { UserLockResolver } from './admin/users/user-lock.resolver.js';
import { UsersResolver } from './admin/users/users.resolver.js';
import { CityResolver } from './cities/city.resolver.js';
import { EventsResolver } from './events/events.resolver.js';
import { OtpDeliveryResolver } from './messaging/otp-delivery.resolver.js';
import { ProveNumberResolver } from './number-proofs/prove-number.resolver.js';
import { RedeemProofResolver } from './number-proofs/redeem-proof.resolver.js';
import { RefreshSessionResolver } from './sessions/refresh-session.resolver.js';
import { SessionResolver } from './sessions/session.resolver.js';
import { UserDeviceResolver } from './sessions/user-devices/user-device.resolver.js';
import { SignInOptionsResolver } from './sign-in/options/sign-in-options.resolver.js';
import { ContinueSignInResolver } from './sign-in/continue/continue-sign-in.resolver.js';
import { PasskeySignInResolver } from './sign-in/passkeys/passkey-sign-in.resolver.js';
import { LoginResolver } from './sign-in/login.resolver.js';
import { RegisterResolver } from './sign-in/register.resolver.js';
import { RequestOtpResolver } from './sign-in/request-otp.resolver.js';
import { VerifyOtpResolver } from './sign-in/verify-otp.resolver.js';
import { SubgraphResolver } from './subgraph/subgraph.resolver.js';
import { MeResolver } from './users/me.resolver.js';

const ABOUT_THE_SCHEMA =
  'Accounts of people who sign in with their phone number and a one-time code.\n\n' +
  '`requestOtp` sends a code. `verifyOtp` takes it and answers with the user, an access token and a refresh token. Send the ' +
  'access token as `Authorization: Bearer …`. `refreshSession` exchanges the refresh token for new tokens.\n\n' +
  'Every mutation answers with a union: its success, and the failures that a caller can act on. All other failures are in ' +
  '`errors`, with a code in `extensions.code`.';

/** Where the format of a scalar is defined: `@specifiedBy`. */
const SPECIFICATIONS = {
  DateTime: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  JSON: 'https://www.rfc-editor.org/rfc/rfc8259',
};

const RESOLVERS = [
  SignInOptionsResolver,
  RegisterResolver,
  RequestOtpResolver,
  OtpDeliveryResolver,
  VerifyOtpResolver,
  ContinueSignInResolver,
  LoginResolver,
  PasskeySignInResolver,
  RefreshSessionResolver,
  SessionResolver,
  UserDeviceResolver,
  ChangePasswordResolver,
  ChangePhoneNumberResolver,
  RevertChangeResolver,
  ResetPasswordResolver,
  RequestEmailOtpResolver,
  VerifyEmailResolver,
  ReauthenticateResolver,
  RemovePasswordResolver,
  UpdateProfileResolver,
  PasskeyResolver,
  DeleteAccountResolver,
  ExportMyDataResolver,
  MeResolver,
  UsersResolver,
  UserLockResolver,
  ActsResolver,
  CityResolver,
  EventsResolver,
  AuditTrailResolver,
  DestinationsResolver,
  BalancesResolver,
  DeliveryReportResolver,
  DeliveryRoutesResolver,
  ProveNumberResolver,
  RedeemProofResolver,
] as const;

/** The whole schema. It is built while the module loads, when PostgreSQL is still starting. */
export const schema = build(RESOLVERS);

/** With the fields that gateways of a supergraph ask for. */
export function subgraphSchema(): GraphQLSchema {
  return build([...RESOLVERS, SubgraphResolver]);
}

function build(resolvers: BuildSchemaOptions['resolvers']): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers,
    validate: false,
    // It would run an introspection query at each start. Apollo validates the schema when it starts.
    skipCheck: true,
  });
  schema.description = ABOUT_THE_SCHEMA;
  for (const [name, url] of Object.entries(SPECIFICATIONS)) specifyScalar(schema, name, url);
  describeRoot(
    schema.getQueryType(),
    'Everything that can be read. A failure is an entry in `errors`, with a code in `extensions.code`.',
  );
  describeRoot(
    schema.getMutationType(),
    'Everything that can be done. A mutation answers with a union of its success and the failures that a caller can act ' +
      'on: select `__typename`. Any other failure is an entry in `errors`, with a code in `extensions.code`.',
  );
  return schema;
}

/** TypeGraphQL makes the root types, and takes no description for them. */
function describeRoot(type: GraphQLObjectType | null | undefined, description: string): void {
  if (type) type.description = description;
}

/** The scalars come from graphql-scalars, which names no specification. */
function specifyScalar(schema: GraphQLSchema, name: string, url: string): void {
  const type = schema.getType(name);
  if (isScalarType(type)) type.specifiedByURL = url;
}
