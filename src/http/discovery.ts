import type { FastifyInstance, FastifyReply } from 'fastify';

/** No CORS by origin (@fastify/cors): everything here is public, and the same for everyone. */
const config = { cors: false } as const;
const HEADERS = { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' } as const;
const KEY_SET = '/.well-known/jwks.json';

export interface DiscoveryParts {
  /** The issuer of access tokens, without a final slash. A proxy may remove its path. */
  readonly publicUrl: string;
  /** The algorithm that tokens are signed with. */
  readonly algorithm: string;
  /** RFC 7517 key set, as JSON. */
  keySet(): object;
  /** More public documents, as JSON by path. */
  readonly publicFiles?: ReadonlyMap<string, object> | undefined;
}

/**
 * The key set, and where it is, for verifiers that know only the issuer. The service offers no endpoint of OAuth 2.0 or
 * OpenID Connect: people sign in through GraphQL. So the documents name none, and list no grant and no response type.
 */
export function addDiscovery(
  server: FastifyInstance,
  { publicUrl, algorithm, keySet, publicFiles }: DiscoveryParts,
): void {
  const serve = (path: string, document: () => object) => {
    server.get(path, { config }, (_request, reply: FastifyReply) => reply.headers(HEADERS).send(document()));
  };
  const metadata = {
    issuer: publicUrl,
    jwks_uri: publicUrl + KEY_SET,
    // Required in both documents. Without `grant_types_supported`, two of them would be the default.
    response_types_supported: [],
    grant_types_supported: [],
  };
  // Verifiers take the algorithms of tokens from here: there is no name for those of access tokens.
  const openId = { subject_types_supported: ['public'], id_token_signing_alg_values_supported: [algorithm] };
  const { pathname } = new URL(publicUrl);
  const suffix = pathname === '/' ? '' : pathname;
  serve(KEY_SET, keySet);
  for (const [path, document] of publicFiles ?? []) serve(path, () => document);
  // RFC 8414 puts the path of the issuer behind the well-known path, OpenID Connect before it.
  for (const end of new Set(['', suffix])) {
    serve(`/.well-known/openid-configuration${end}`, () => ({ ...metadata, ...openId }));
    serve(`/.well-known/oauth-authorization-server${end}`, () => metadata);
  }
}
