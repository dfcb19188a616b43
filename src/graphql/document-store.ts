import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { PersistedDocuments } from './persisted-documents/persisted-documents.js';

/** More than all documents of a large front end need. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Measured: one token with its syntax nodes. */
const BYTES_PER_TOKEN = 510;
const SHA256_DIGITS = 64;

/**
 * Keeps documents that were parsed and validated, so that the documents of a front end are parsed once. Attackers can
 * fill the store, so it is limited by bytes. Apollo's own store counts neither the source text nor the size of nodes.
 * Persisted documents were parsed at the start and stay.
 */
export function documentStore(
  persisted: Pick<PersistedDocuments, 'parsed'> | null = null,
): NonNullable<ApolloServerOptions<BaseContext>['documentStore']> {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ tokenCount = 0, loc }) => 1 + tokenCount * BYTES_PER_TOKEN + 2 * (loc?.source.body.length ?? 0),
  });
  return {
    // A key of Apollo Server ends with the SHA-256 of the text.
    get: async (key) => persisted?.parsed(key.slice(-SHA256_DIGITS)) ?? documents.get(key),
    set: async (key, document) => void documents.set(key, document),
    delete: async (key) => documents.delete(key),
  };
}
