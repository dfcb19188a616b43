import { integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { JWK } from 'jose';
import { instantColumn } from '../database/columns.js';

/**
 * Key pairs that sign access tokens, in the order in which they do. Which one signs and which ones are published
 * follows from the instants alone (signing-keys.ts), so no process has to tell another.
 */
export const signingKeyTable = pgTable(
  'signing_keys',
  {
    /** JWK thumbprint of the public key (RFC 7638). */
    kid: text('kid').primaryKey(),
    /** 1, 2, 3 …: the order in which they sign. */
    number: integer('number').notNull(),
    publicJwk: jsonb('public_jwk').$type<JWK>().notNull(),
    /** The private JWK as compact JWE (RFC 7516), encrypted with a key derived from APP_SECRET. */
    encryptedPrivateJwk: text('encrypted_private_jwk').notNull(),
    createdAt: instantColumn('created_at').notNull(),
    /** From when on it signs, until the next one does. It is published before, so that others know it in time. */
    signsFrom: instantColumn('signs_from').notNull(),
    /**
     * Seconds: the longest life of the tokens that it signs, by whichever process (ACCESS_TOKEN_TTL). For so long it is
     * published beyond its last one. For keys from before this column it is not known; a day is the longest there can be.
     */
    tokenTtl: integer('token_ttl').notNull().default(86_400),
  },
  (table) => [uniqueIndex('signing_keys_number').on(table.number)],
);
