import { type CityRow, cityTable } from '../cities/city.table.js';
import { rowFromJson } from '../database/rows.js';
import type { User } from './user.js';
import { userTable } from './user.table.js';

/** Reads a user and the user's city from JSON, as raw SQL returns them. */
export function readUser(person: Record<string, unknown>, city: Record<string, unknown> | null): User {
  const location: CityRow | null = city && rowFromJson(cityTable, city);
  return Object.assign(rowFromJson(userTable, person), { location });
}
