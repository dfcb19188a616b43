import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** More than all documents of a large front end need. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Measured: one token with its syntax nodes. */
const BYTES_PER_TOKEN = 510;

/**
 * Keeps documents that were parsed and validated, so that the documents of a front end are parsed once. Attackers can
 * fill the store, so it is limited by bytes. Apollo's own store counts neither the source text nor the size of nodes.
 */
export function documentStore(): NonNullable<ApolloServerOptions<BaseContext>['documentStore']> {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ tokenCount = 0, loc }) => 1 + tokenCount * BYTES_PER_TOKEN + 2 * (loc?.source.body.length ?? 0),
  });
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => void documents.set(key, document),
    delete: async (key) => documents.delete(key),
  };
}
