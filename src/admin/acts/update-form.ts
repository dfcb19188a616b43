import { type ProfileChanges, type ProfileField, readProfileForm } from '../../account/profile/profile-form.js';
import {
  BLANK,
  type FieldProblem,
  FieldProblems,
  type InvalidInput,
  REQUIRED,
  tooLong,
} from '../../platform/field-problems.js';
import { textLimits } from '../../platform/text-limits.js';
import type { Role } from '../../users/user.table.js';
import type { User } from '../../users/user.js';

/** Rights in the marketplace. */
export interface MarketplaceChanges {
  readonly hasAccess?: boolean | null | undefined;
  readonly businessType?: string | null | undefined;
  readonly shopId?: string | null | undefined;
  readonly b2bVerified?: boolean | null | undefined;
}

/** What an administrator changes of an account. What is absent stays, and null clears. */
export interface UpdateForm extends ProfileChanges {
  readonly role?: Role | null | undefined;
  readonly marketplace?: MarketplaceChanges | null | undefined;
}

/** The same, read: the columns as they are to be, and which of them are changed by that. */
export interface ReadUpdate {
  readonly kind: 'update';
  readonly columns: UpdatedColumns;
  /** Paths inside the input. The role is not among them. */
  readonly fields: readonly string[];
}

export type UpdatedColumns = Pick<
  User,
  ProfileField | 'role' | 'marketplaceAccess' | 'businessType' | 'shopId' | 'b2bVerified'
>;

/** Reads a form and finds everything that is wrong with it, without asking the database. */
export function readUpdateForm({ role, marketplace, ...profile }: UpdateForm, user: User): ReadUpdate | InvalidInput {
  const problems = new FieldProblems();
  const read = readProfileForm(profile, user);
  if (read.kind === 'invalid_input') for (const { field, ...problem } of read.fields) problems.add(field, problem);
  problems.add('role', role === null ? REQUIRED : null);
  const rights = readMarketplace(marketplace ?? {}, problems);
  if (problems.found || read.kind === 'invalid_input') return problems.toOutcome();
  const given = Object.fromEntries(Object.entries({ ...read.changes, ...rights, role }).filter(isGiven));
  const { firstName, lastName, username, locale, locationId } = user;
  const { marketplaceAccess, businessType, shopId, b2bVerified } = user;
  const columns: UpdatedColumns = {
    ...{ firstName, lastName, username, locale, locationId, role: user.role },
    ...{ marketplaceAccess, businessType, shopId, b2bVerified, ...given },
  };
  const changed = (Object.keys(PATHS) as (keyof typeof PATHS)[]).filter((name) => columns[name] !== user[name]);
  return { kind: 'update', columns, fields: changed.map((name) => PATHS[name]) };
}

/** Where each column stands in the input. */
const PATHS = {
  firstName: 'firstName',
  lastName: 'lastName',
  username: 'username',
  locale: 'locale',
  locationId: 'locationId',
  marketplaceAccess: 'marketplace.hasAccess',
  businessType: 'marketplace.businessType',
  shopId: 'marketplace.shopId',
  b2bVerified: 'marketplace.b2bVerified',
} as const;

function isGiven([, value]: [string, unknown]): boolean {
  return value !== undefined;
}

function readMarketplace(
  { hasAccess, businessType, shopId, b2bVerified }: MarketplaceChanges,
  problems: FieldProblems,
) {
  problems.add('marketplace.hasAccess', hasAccess === null ? REQUIRED : null);
  problems.add('marketplace.b2bVerified', b2bVerified === null ? REQUIRED : null);
  problems.add('marketplace.businessType', wordProblem(businessType));
  problems.add('marketplace.shopId', wordProblem(shopId));
  return { marketplaceAccess: hasAccess, businessType: trimmed(businessType), shopId: trimmed(shopId), b2bVerified };
}

/** Null stays null: it clears. */
function trimmed(text: string | null | undefined): string | null | undefined {
  return text == null ? text : text.trim();
}

function wordProblem(text: string | null | undefined): FieldProblem | null {
  if (text == null) return null;
  const { maximum } = textLimits.BUSINESS;
  if (text.length > maximum) return tooLong(maximum);
  return text.trim() === '' ? BLANK : null;
}
