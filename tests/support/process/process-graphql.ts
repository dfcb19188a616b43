import { postGraphql } from '../post-graphql.js';
import type { TestService } from '../service.js';

/** A front end of the service at an address. */
export type GraphqlClient = Pick<TestService, 'graphql'>;

/** @param url without the path */
export function graphqlClient(url: string): GraphqlClient {
  return { graphql: (query, variables, options) => postGraphql(url, { query, variables, ...options }) };
}
