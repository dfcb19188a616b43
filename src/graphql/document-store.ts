import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** All documents of a large front end together take less. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Measured: a token with the nodes that are made of it. */
const BYTES_PER_TOKEN = 510;

/**
 * Documents that were parsed and found valid, so that a front end's own are read once. Strangers fill it, too: Apollo's
 * own store counts neither the text that each document holds on to (a comment of 60 KB) nor what its nodes really take.
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
