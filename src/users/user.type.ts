import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { City, toCity } from '../cities/city.type.js';
import { type AdminLock, adminLockOf } from './account-lock.js';
import type { User } from './user.js';

export enum RoleName {
  USER = 'USER',
  SUPPORT = 'SUPPORT',
  ADMIN = 'ADMIN',
}

registerEnumType(RoleName, {
  name: 'Role',
  description: 'The rights of an account.',
  valuesConfig: {
    USER: { description: 'A user without special rights.' },
    SUPPORT: {
      description:
        'Somebody who helps users: reads accounts, locks and unlocks those without a role, and lifts limits. Changes no data and no role.',
    },
    ADMIN: {
      description: 'An administrator. Your other services read the role from the `role` claim of the access token.',
    },
  },
});

@ObjectType({ simpleResolvers: true, description: "The user's rights in the marketplace." })
export class Marketplace {
  @Field(() => ID, {
    description: 'The id of the user. Caches of clients keep objects by type and id, and merge what they know of one.',
  })
  id!: string;

  @Field(() => Boolean, { description: 'Whether the user may use the marketplace.' })
  hasAccess!: boolean;

  @Field(() => String, { nullable: true, description: 'Kind of business, in the words of the operator.' })
  businessType!: string | null;

  @Field(() => ID, { nullable: true, description: "The id of the user's shop in the marketplace." })
  shopId!: string | null;

  @Field(() => Boolean, { description: 'Whether the operator has verified the business.' })
  b2bVerified!: boolean;
}

/** The session that asks for a user. Not part of the schema. */
export interface Viewer {
  /** Null: another service asks, or somebody who is not the user. */
  readonly sessionId: string | null;
}

// Simple resolvers read fields without a promise for each.
@ObjectType('User', {
  simpleResolvers: true,
  description: 'An account. Its owner is the person who verified its phone number.',
})
export class UserType {
  @Field(() => ID, { description: 'Stable id (UUID). It is the `sub` of access tokens.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'In E.164, e.g. `+9779800000000`. Null: it was unverified here, and another account has verified it.',
  })
  phoneNumber!: string | null;

  @Field(() => Boolean, { description: 'Whether the user has verified the number with a code.' })
  phoneVerified!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'Verified or not: see `emailVerified`. Null: the account has none, or a different person first verified its number.',
  })
  email!: string | null;

  @Field(() => Boolean, {
    description:
      'Whether the user has verified the email address with a code, here or in the system that the account was imported from.',
  })
  emailVerified!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'Unique among accounts that have verified their number; upper and lower case do not matter. Null: none was chosen.',
  })
  username!: string | null;

  @Field(() => String, { nullable: true, description: 'Given name. Null if none is known.' })
  firstName!: string | null;

  @Field(() => String, { nullable: true, description: 'Family name. Null if none is known.' })
  lastName!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Language of messages to the user (BCP 47), e.g. `ne`. Null: unknown.',
  })
  locale!: string | null;

  @Field(() => City, { nullable: true, description: 'Where the user lives. Null: unknown.' })
  location!: City | null;

  @Field(() => Marketplace, { description: "The user's rights in the marketplace." })
  marketplace!: Marketplace;

  @Field(() => Boolean, {
    description: 'Whether the account has a password. Without one, the user signs in by code only.',
  })
  hasPassword!: boolean;

  @Field(() => RoleName, { description: 'The rights of the account.' })
  role!: RoleName;

  @Field(() => String, {
    nullable: true,
    description: 'The id in the system that the account was imported from. Null: the account began here.',
  })
  externalId!: string | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When the account was last used: a sign-in, or a refreshed session, which counts once a day.',
  })
  lastUsedAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When the account was created.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the account last changed.' })
  updatedAt!: Date;

  /** The session that asks: it may list sessions, and is marked as current there. */
  viewer!: Viewer;

  /** For those who may see it (admin/users/user-lock.resolver.ts), where it still holds. */
  locking!: AdminLock | null;
}

/** Field by field: so many fields at once, by Object.assign, take fifty times as long. */
export function toUserType(user: User, { sessionId }: Viewer): UserType {
  const type = new UserType();
  type.id = user.id;
  type.phoneNumber = user.phoneNumber;
  type.phoneVerified = user.phoneVerifiedAt !== null;
  type.email = user.email;
  type.emailVerified = user.emailVerifiedAt !== null;
  type.username = user.username;
  type.firstName = user.firstName;
  type.lastName = user.lastName;
  type.locale = user.locale;
  type.location = user.location && toCity(user.location);
  type.marketplace = marketplaceOf(user);
  type.hasPassword = user.passwordHash !== null;
  type.role = RoleName[user.role];
  type.externalId = user.externalId;
  type.lastUsedAt = user.lastUsedAt;
  type.createdAt = user.createdAt;
  type.updatedAt = user.updatedAt;
  type.viewer = { sessionId };
  type.locking = adminLockOf(user);
  return type;
}

function marketplaceOf({ id, marketplaceAccess: hasAccess, businessType, shopId, b2bVerified }: User): Marketplace {
  return Object.assign(new Marketplace(), { id, hasAccess, businessType, shopId, b2bVerified });
}
