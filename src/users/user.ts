import type { CityRow } from '../cities/city.table.js';
import type { UserRow } from './user.table.js';

/** An account with its city. */
export type User = UserRow & { readonly location: CityRow | null };
