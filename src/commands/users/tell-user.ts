import type { User } from '../../users/user.js';

/** An account in one line. */
export function lineOf(user: User): string {
  const { id, phoneNumber, phoneVerifiedAt, email, username, role, lockedAt } = user;
  return [
    ...[id, phoneNumber === null ? 'no number' : `${phoneNumber}${phoneVerifiedAt === null ? ' (unverified)' : ''}`],
    ...[nameOf(user), username, email, role === 'USER' ? null : role, lockedAt === null ? null : 'locked'],
  ]
    .filter((part) => part !== null)
    .join('  ');
}

function nameOf({ firstName, lastName }: User): string | null {
  return [firstName, lastName].filter((name) => name !== null).join(' ') || null;
}

/** An account for programs, by the names of the API. Nothing of its password. */
export function jsonOf(user: User) {
  const { id, phoneNumber, email, username, firstName, lastName, locale, location, role, externalId } = user;
  const { marketplaceAccess: hasAccess, businessType, shopId, b2bVerified, createdAt, updatedAt, lastUsedAt } = user;
  const { lockedAt, lockReason: reason, lockedUntil: until } = user;
  return {
    ...{ id, phoneNumber, phoneVerified: user.phoneVerifiedAt !== null },
    ...{ email, emailVerified: user.emailVerifiedAt !== null, username, firstName, lastName, locale },
    location: location && { id: location.id, name: location.name, countryCode: location.countryCode },
    marketplace: { hasAccess, businessType, shopId, b2bVerified },
    ...{ hasPassword: user.passwordHash !== null, role, externalId },
    lock: lockedAt && { reason, lockedAt, until },
    ...{ createdAt, updatedAt, lastUsedAt, deletionDueAt: user.deletionDueAt },
  };
}
