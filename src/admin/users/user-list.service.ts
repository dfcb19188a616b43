import { validate } from 'uuid';
import { numbersOfCountry } from '../../phone/numbers-of-country.js';
import { type PhoneNumberRules, readPhoneNumber } from '../../phone/phone-number.js';
import type { Clock } from '../../platform/clock.js';
import { type PageOutcome, pageOf } from '../../platform/page.js';
import { type AdminLock, disabledAt } from '../../users/account-lock.js';
import type { User } from '../../users/user.js';
import { MOST_AT_ONCE } from '../pages.js';
import type { UserFilter } from './user-conditions.js';
import { decodeCursor, encodeCursor, type UserOrder, type UserPosition } from './user-cursor.js';
import type { UserListRepository } from './user-list.repository.js';
import { readExternalId, readSearch } from './user-search.js';

/** Accounts that a message about a number names. */
const MOST_NAMED = 10;

/** A filter as it is asked for. */
export type AskedFilter = { readonly [Name in PlainFilter]?: UserFilter[Name] | undefined } & {
  /** ISO 3166-1 alpha-2 in any case. */
  readonly country?: string | null | undefined;
  /** In any spelling, verified. */
  readonly phoneNumber?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly externalId?: string | null | undefined;
};
type Exact = 'verifiedNumber' | 'verifiedEmail' | 'externalId';
type PlainFilter = Exclude<keyof UserFilter, Exact | 'country'>;

export interface UserQuery {
  readonly filter?: AskedFilter | null | undefined;
  /** As somebody types it; blank or absent for all. */
  readonly search?: string | null | undefined;
  readonly orderBy: UserOrder;
  /** How many, 1 to 100. */
  readonly first: number;
  /** Cursor of the user to go on after. */
  readonly after?: string | null | undefined;
}

/** The account that somebody at the machine means by a number or an id. */
export type NamedUser =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'nobody' }
  /** Several accounts have the number, and none has verified it. */
  | { readonly kind: 'several'; readonly users: readonly User[] }
  | { readonly kind: 'unreadable' };

export class UserListService {
  readonly #users: UserListRepository;
  readonly #phoneNumbers: PhoneNumberRules;
  readonly #clock: Clock;

  constructor(parts: { users: UserListRepository; phoneNumbers: PhoneNumberRules; clock: Clock }) {
    this.#users = parts.users;
    this.#phoneNumbers = parts.phoneNumbers;
    this.#clock = parts.clock;
  }

  list({ filter, search: typed, orderBy: order, first, after = null }: UserQuery): Promise<PageOutcome<User>> {
    const now = this.#clock.now();
    const search = readSearch(typed ?? '', this.#phoneNumbers, now);
    const code = filter?.country?.trim().toUpperCase();
    const country = code ? numbersOfCountry(code) : null;
    const exact = this.#exactOf(filter ?? {}, now);
    const nobody = (country === null && Boolean(code)) || exact === null;
    const criteria = { order, now, filter: { ...withNulls(filter ?? {}), ...(exact ?? NOTHING_EXACT), country } };
    return pageOf(
      { first, after },
      {
        most: MOST_AT_ONCE,
        cursors: {
          encode: (position: UserPosition) => encodeCursor(position, order),
          decode: (cursor) => decodeCursor(cursor, order),
        },
        positionOf: (user) => placeOf(user, order),
        find: async (position, limit) =>
          nobody || search === 'nobody' ? [] : this.#users.find({ ...criteria, search, after: position, limit }),
      },
    );
  }

  /** Null: one of the texts is nothing that an account can have. */
  #exactOf(filter: AskedFilter, now: Date): Record<Exact, string | null> | null {
    const exact = { ...NOTHING_EXACT };
    if (typeof filter.externalId === 'string') {
      exact.externalId = readExternalId(filter.externalId);
      if (exact.externalId === null) return null;
    }
    for (const [name, typed, part] of [
      ['verifiedNumber', filter.phoneNumber, 'phoneNumber'],
      ['verifiedEmail', filter.email, 'email'],
    ] as const) {
      if (typed === null || typed === undefined) continue;
      const search = readSearch(typed, this.#phoneNumbers, now);
      if (search === null || search === 'nobody' || search[part] === null) return null;
      exact[name] = search[part];
    }
    return exact;
  }

  /** Null: there is none with this id. */
  async find(id: string): Promise<User | null> {
    return validate(id) ? ((await this.#users.byIds([id]))[0] ?? null) : null;
  }

  /** Null: it is over. */
  lockThatHolds(lock: AdminLock | null): AdminLock | null {
    return lock && disabledAt({ ...lock, lockedUntil: lock.until }, this.#clock.now()) ? lock : null;
  }

  /** By an id, or by a number in any spelling. */
  async named(text: string): Promise<NamedUser> {
    if (validate(text)) {
      const user = await this.find(text);
      return user === null ? { kind: 'nobody' } : { kind: 'user', user };
    }
    const number = readPhoneNumber(text, this.#phoneNumbers, this.#clock.now());
    if (number.kind !== 'phone_number') return { kind: 'unreadable' };
    const users = await this.#users.byNumber(number.phoneNumber, MOST_NAMED);
    const [user] = users;
    if (user === undefined) return { kind: 'nobody' };
    return users.length === 1 || user.phoneVerifiedAt !== null ? { kind: 'user', user } : { kind: 'several', users };
  }
}

function placeOf({ id, createdAt, lastUsedAt }: User, order: UserOrder) {
  return { id, at: order.startsWith('LAST_USED_AT') ? lastUsedAt : createdAt };
}

const NOTHING_EXACT: Readonly<Record<Exact, string | null>> = {
  verifiedNumber: null,
  verifiedEmail: null,
  externalId: null,
};

function withNulls(filter: AskedFilter): Pick<UserFilter, PlainFilter> {
  const { role = null, locked = null, phoneVerified = null, emailVerified = null, createdFrom = null } = filter;
  const { hasMarketplaceAccess = null, b2bVerified = null, createdTo = null } = filter;
  return { role, locked, phoneVerified, emailVerified, hasMarketplaceAccess, b2bVerified, createdFrom, createdTo };
}
