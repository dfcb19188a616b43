import {
  hashOfToken,
  newServiceToken,
  type ServiceScope,
  settingOf,
} from '../../../src/service-tokens/service-token.js';
import { systemRandom } from '../../../src/platform/random.js';
import type { GraphqlAnswer } from '../service.js';
import type { Client } from '../operations/session-operations.js';

/** What the gateway of a supergraph asks for, and the tokens of back ends. */

/** Users by their ids, with these fields of each. */
export function entities(
  service: Client,
  ids: readonly string[],
  fields: string,
  options: { token?: string } = {},
): Promise<GraphqlAnswer> {
  const query = `query Entities($of: [_Any!]!) { _entities(representations: $of) { __typename ... on User { ${fields} } } }`;
  return service.graphql(query, { of: ids.map((id) => ({ __typename: 'User', id })) }, options);
}

/** Where in the list an error is, with its code. */
export function refusals({ body }: GraphqlAnswer): [number | string | undefined, string][] {
  return (body.errors ?? []).map(({ path, extensions }) => [path?.[1], extensions.code]);
}

export interface BackEnd {
  readonly token: string;
  /** For SERVICE_TOKENS. */
  readonly setting: string;
}

export function backEnd(name: string, scope: ServiceScope): BackEnd {
  const token = newServiceToken(systemRandom);
  return { token, setting: settingOf({ name, scope, hash: hashOfToken(token) }) };
}
