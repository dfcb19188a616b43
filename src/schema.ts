import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { CityResolver } from './cities/city.resolver.js';
import { authChecker } from './graphql/auth-checker.js';
import { RefreshSessionResolver } from './sessions/refresh-session.resolver.js';
import { SessionResolver } from './sessions/session.resolver.js';
import { ChangePasswordResolver } from './sign-in/change-password.resolver.js';
import { LoginResolver } from './sign-in/login.resolver.js';
import { RegisterResolver } from './sign-in/register.resolver.js';
import { RequestOtpResolver } from './sign-in/request-otp.resolver.js';
import { VerifyOtpResolver } from './sign-in/verify-otp.resolver.js';
import { MeResolver } from './users/me.resolver.js';

/** The whole schema. `npm run schema` prints it to schema.graphql. */
export function createSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      RegisterResolver,
      RequestOtpResolver,
      VerifyOtpResolver,
      LoginResolver,
      RefreshSessionResolver,
      SessionResolver,
      ChangePasswordResolver,
      MeResolver,
      CityResolver,
    ],
    authChecker,
    validate: false,
  });
}
