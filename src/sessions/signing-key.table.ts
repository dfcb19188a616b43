import { sql } from 'drizzle-orm';
import { jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { JWK } from 'jose';
import { instantColumn } from '../database/columns.js';

/** Key pairs that sign access tokens. At most one is current: the partial unique index holds that across processes. */
export const signingKeyTable = pgTable(
  'signing_keys',
  {
    /** JWK thumbprint of the public key (RFC 7638). */
    kid: text('kid').primaryKey(),
    publicJwk: jsonb('public_jwk').$type<JWK>().notNull(),
    /** The private JWK as compact JWE (RFC 7516), encrypted with a key derived from APP_SECRET. */
    encryptedPrivateJwk: text('encrypted_private_jwk').notNull(),
    createdAt: instantColumn('created_at').notNull(),
    retiredAt: instantColumn('retired_at'),
  },
  (table) => [
    uniqueIndex('signing_keys_one_current')
      .on(sql`(${table.retiredAt} is null)`)
      .where(sql`${table.retiredAt} is null`),
  ],
);
