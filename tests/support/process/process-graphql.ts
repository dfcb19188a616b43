import type { GraphqlAnswer, GraphqlBody, TestService } from '../service.js';

/** A front end of the service at an address. */
export type GraphqlClient = Pick<TestService, 'graphql'>;

/** @param url without the path */
export function graphqlClient(url: string): GraphqlClient {
  return {
    async graphql(query, variables, { token, headers } = {}): Promise<GraphqlAnswer> {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as GraphqlBody };
    },
  };
}
