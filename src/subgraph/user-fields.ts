/** Fields that an operator may make public (USER_PUBLIC_FIELDS). None of them reaches a person or opens an account: people sign in with their username. */
export const publishableFields = [
  'firstName',
  'lastName',
  'locale',
  'location',
  'marketplace',
  'phoneVerified',
  'createdAt',
] as const;
export type PublishableField = (typeof publishableFields)[number];

/** Who knows the id of a user learns nothing from it. */
export const keyFields = ['id'] as const;

/**
 * What another service reads of every user, with a service token. Sessions and devices have addresses and programs of a
 * person, passkeys are told to their owner, and locks are for staff.
 */
export const serviceFields = [
  ...keyFields,
  ...publishableFields,
  'username',
  'phoneNumber',
  'email',
  'emailVerified',
  'hasPassword',
  'role',
  'externalId',
  'lastUsedAt',
  'updatedAt',
] as const;

/** A field that is shown of a user who is not the one who asks. */
export type ShownField = (typeof serviceFields)[number];

export function isPublishable(name: string): name is PublishableField {
  return publishableFields.some((field) => field === name);
}
