import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { City, toCity } from '../cities/city.type.js';
import type { User } from './user.js';

export enum RoleName {
  USER = 'USER',
  ADMIN = 'ADMIN',
}

registerEnumType(RoleName, {
  name: 'Role',
  description: 'What an account may do beyond what is its own.',
  valuesConfig: {
    USER: { description: 'An ordinary user: nothing beyond the own account.' },
    ADMIN: { description: 'An administrator. Other services read it from the `role` claim of the access token.' },
  },
});

@ObjectType({ simpleResolvers: true, description: "The user's standing in the marketplace that the accounts serve." })
export class Marketplace {
  @Field(() => Boolean, { description: 'Whether the user may enter the marketplace.' })
  hasAccess!: boolean;

  @Field(() => String, { nullable: true, description: 'Kind of business, as the operator names it.' })
  businessType!: string | null;

  @Field(() => ID, { nullable: true, description: "The user's shop, by the marketplace's own id." })
  shopId!: string | null;

  @Field(() => Boolean, { description: 'Whether the operator has checked the business.' })
  b2bVerified!: boolean;
}

/** The session that a user is looked at from. Not part of the schema. */
export interface Viewer {
  readonly sessionId: string;
}

// Simple resolvers: fields that are read as they are cost no promise each.
@ObjectType('User', {
  simpleResolvers: true,
  description: 'An account. Its identity is the phone number that its owner has proved.',
})
export class UserType {
  @Field(() => ID, { description: 'Stable id (UUID); the `sub` of access tokens.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'In E.164, e.g. `+9779800000000`. Null when somebody else has proved a number that was only claimed here.',
  })
  phoneNumber!: string | null;

  @Field(() => Boolean, { description: 'Whether the user has proved the number with a code.' })
  phoneVerified!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'As it was registered. Null for accounts made by a code alone, and once another than its registrant proved the number.',
  })
  email!: string | null;

  @Field(() => Boolean, { description: 'Whether the user has proved the email address. Nothing proves it yet: false.' })
  emailVerified!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Unique regardless of upper and lower case. Null: none was chosen.',
  })
  username!: string | null;

  @Field(() => String, { nullable: true, description: 'Given name. Null for accounts made by a code alone.' })
  firstName!: string | null;

  @Field(() => String, { nullable: true, description: 'Family name. Null for accounts made by a code alone.' })
  lastName!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Language of texts to the user (BCP 47), e.g. `ne`. Null: none is known.',
  })
  locale!: string | null;

  @Field(() => City, { nullable: true, description: 'Where the user lives, if they said so.' })
  location!: City | null;

  @Field(() => Marketplace, { description: "The user's standing in the marketplace." })
  marketplace!: Marketplace;

  @Field(() => Boolean, { description: 'Whether the account has a password; otherwise it signs in by code only.' })
  hasPassword!: boolean;

  @Field(() => RoleName, { description: 'What the account may do.' })
  role!: RoleName;

  @Field(() => GraphQLDateTime, { description: 'When the account was made.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the account last changed.' })
  updatedAt!: Date;

  /** Whose sessions may be shown, and which of them is the current one. */
  viewer!: Viewer;
}

export function toUserType(user: User, { sessionId }: Viewer): UserType {
  const { id, phoneNumber, email, username, firstName, lastName, locale, createdAt, updatedAt } = user;
  const { marketplaceAccess: hasAccess, businessType, shopId, b2bVerified } = user;
  return Object.assign(new UserType(), {
    ...{ id, phoneNumber, email, username, firstName, lastName, locale, createdAt, updatedAt },
    phoneVerified: user.phoneVerifiedAt !== null,
    emailVerified: user.emailVerifiedAt !== null,
    location: user.location && toCity(user.location),
    marketplace: Object.assign(new Marketplace(), { hasAccess, businessType, shopId, b2bVerified }),
    hasPassword: user.passwordHash !== null,
    role: RoleName[user.role],
    viewer: { sessionId },
  });
}
