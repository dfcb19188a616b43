import fc from 'fast-check';
import { mutatedOperation, schemaOperation } from './documents.js';
import { anyJson, nastyString } from './values.js';

/** One request, as it goes over the wire. */
export type FuzzRequest =
  | {
      readonly kind: 'http';
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Uint8Array;
    }
  /** Bytes that need not be HTTP, on a connection of their own. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

const JSON_TYPE = { 'content-type': 'application/json' };
const CONTENT_TYPES = [
  ...[
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=utf-16',
    'APPLICATION/JSON',
    'application/graphql',
    `application/json;a=${' '.repeat(12_000)}x`,
  ],
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=',
    'multipart/form-data',
    '*/*',
    ';',
    'a/b/c',
    '',
  ],
];
const METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'HEAD',
  'TRACE',
  'PROPFIND',
  'PURGE',
  'QUERY',
  'SEARCH',
];
const PATHS = [
  ...[
    '/graphql',
    '/graphql/',
    '/graphql?',
    '//graphql',
    '/GRAPHQL',
    '/graphql%00',
    '/graphql;x',
    '/graphql/../healthz',
  ],
  ...[
    '/',
    '/healthz',
    '/readyz',
    '/.well-known/jwks.json',
    '/%',
    '/%ff',
    '/..%2f..%2fetc%2fpasswd',
    '/*',
    '*',
    `/${'a'.repeat(9_000)}`,
  ],
];
const QUERIES = [
  '{__typename}',
  '{me{id}}',
  'mutation{logout{__typename}}',
  '{',
  '',
  '%',
  '%00',
  '{cities(first:1){edges{cursor}}}',
];

/** What headers can hold: Latin-1 without control characters. */
const headerValue = nastyString.map((text) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 4_000));
const authorization = fc.oneof(
  fc.constantFrom(
    'Bearer {accessToken}',
    'Bearer {refreshToken}',
    'bearer  {accessToken}',
    'Basic YTpi',
    'Bearer',
    'Bearer a.b.c',
  ),
  fc
    .constantFrom('eyJhbGciOiJub25lIn0.e30.', 'eyJhbGciOiJIUzI1NiJ9.e30.AAAA', '{accessToken}x', 'e30.e30.e30')
    .map((token) => `Bearer ${token}`),
  headerValue.map((value) => `Bearer ${value}`),
);
const strangeHeaders: fc.Arbitrary<Record<string, string>> = fc
  .record(
    {
      authorization,
      accept: fc.oneof(
        fc.constantFrom(
          '*/*',
          'a/b,'.repeat(3_000),
          `"${','.repeat(12_000)}`,
          'text/html',
          'application/graphql-response+json',
          'multipart/mixed',
          'image/png',
          ';q=',
          ',',
        ),
        headerValue,
      ),
      'accept-language': fc.oneof(fc.constantFrom('ne', 'en;q=nope', '*', ',,,', `${'a-'.repeat(500)}b`), headerValue),
      'accept-encoding': headerValue,
      'content-type': fc.oneof(fc.constantFrom(...CONTENT_TYPES), headerValue),
      'content-encoding': fc.constantFrom('identity', 'identity', '', '', 'gzip'),
      cookie: fc.oneof(
        headerValue.map((value) => `__Host-Http-refresh-token=${value}`),
        headerValue,
      ),
      origin: fc.oneof(
        fc.constantFrom('null', 'https://studio.apollographql.com', 'http://localhost', 'x'),
        headerValue,
      ),
      'session-mode': fc.constantFrom('cookie', 'cookie', 'bearer'),
      'apollo-require-preflight': headerValue,
      'user-agent': headerValue,
      'x-forwarded-for': headerValue,
      'x-request-id': headerValue,
      'if-none-match': headerValue,
      range: headerValue,
      expect: fc.constantFrom('100-continue', '100-continue', '100-continue', 'x'),
      'x-http-method-override': fc.constantFrom(...METHODS),
      'access-control-request-method': headerValue,
      'access-control-request-headers': headerValue,
    },
    { requiredKeys: [] },
  )
  .map((headers) => Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)));

/** Mostly a signed-in user's. */
const headers = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ ...JSON_TYPE, authorization: 'Bearer {accessToken}' }) },
  { weight: 3, arbitrary: fc.constant(JSON_TYPE) },
  { weight: 2, arbitrary: strangeHeaders.map((strange) => ({ ...JSON_TYPE, ...strange })) },
);

function posted(body: fc.Arbitrary<string | Uint8Array>): fc.Arbitrary<FuzzRequest> {
  return fc.record({
    kind: fc.constant('http' as const),
    method: fc.constant('POST'),
    path: fc.constant('/graphql'),
    headers,
    body,
  });
}

/** Bodies of operations, with an odd name or an extra here and there. */
function bodyOf(operation: fc.Arbitrary<object>): fc.Arbitrary<string> {
  const extras = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record({ operationName: anyJson, extensions: anyJson, id: anyJson }, { requiredKeys: [] }),
    },
  );
  return fc.tuple(operation, extras).map(([body, extra]) => JSON.stringify({ ...body, ...extra }));
}

/** Deeper than a function that calls itself could follow. */
function deep(open: string, close: string): string {
  return `{"query":"query($a: ID!) { me { id } __type(name: $a) { name } }","variables":{"a":${open.repeat(8_000)}1${close.repeat(8_000)}}}`;
}

const jsonBody = fc.oneof(
  anyJson.map((value) => JSON.stringify(value) ?? ''),
  fc
    .record({ query: anyJson, variables: anyJson, operationName: anyJson }, { requiredKeys: [] })
    .map((body) => JSON.stringify(body)),
  bodyOf(fc.record({ query: fc.constantFrom(...QUERIES), variables: anyJson })),
  fc.constantFrom(
    '{"query":"{__typename}","__proto__":{"a":1}}',
    '{"a":{"constructor":{"prototype":{}}}}',
    '[[[[',
    '['.repeat(30_000),
    deep('[', ']'),
    deep('{"a":', '}'),
    '1e999999',
  ),
  fc.array(fc.record({ query: fc.constantFrom(...QUERIES) }), { maxLength: 20 }).map((list) => JSON.stringify(list)),
);
const large = fc
  .constantFrom(64, 65, 100, 1_024)
  .map((kilobytes) => JSON.stringify({ query: '{__typename}', a: 'x'.repeat(kilobytes * 1_000) }));
const bytes = fc.uint8Array({ maxLength: 400 });

/** Another way in: methods, paths, query strings. */
const elsewhere: fc.Arbitrary<FuzzRequest> = fc.record({
  kind: fc.constant('http' as const),
  method: fc.constantFrom(...METHODS),
  path: fc.oneof(
    fc.constantFrom(...PATHS),
    fc
      .tuple(fc.constantFrom(...QUERIES), nastyString)
      .map(([query, variables]) => `/graphql?query=${uri(query)}&variables=${uri(variables)}`),
    nastyString.map((text) => `/${uri(text).slice(0, 8_000)}`),
  ),
  headers: strangeHeaders,
  body: fc.constantFrom('', '', '{}', '{"query":"{__typename}"}'),
});

function uri(text: string): string {
  // Halves of characters have no UTF-8.
  return encodeURIComponent(Buffer.from(text).toString());
}

const HEADS = [
  ...[
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n{',
  ],
  ...[
    'POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
  ],
  ...[
    'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'GET /graphql HTTP/1.1\r\nHost: x\r\na: \u0000\r\n\r\n',
    '\u0016\u0003\u0001',
  ],
  ...[
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    'GET http://[/graphql?query={__typename} HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /graphql?query={__typename} HTTP/1.0\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(3_000)}\r\n`,
  ],
];
/** Hosts that a URL cannot hold, and some that it can. */
const host = fc.oneof(
  fc.constantFrom('', ' ', '[', ']', '[::1', '%', '%zz', 'a b', '<', '#', '?', ':', '@', '^', '|', '999.1.1.1', 'x'),
  headerValue.map((value) => value.slice(0, 300)),
);
const headWithHost = fc
  .tuple(
    fc.constantFrom(
      'GET /graphql?query=%7B__typename%7D',
      'GET /inbox',
      'POST /graphql',
      'GET //',
      'GET http://%/graphql',
    ),
    fc.constantFrom('1.0', '1.1'),
    fc.constantFrom('Host', 'Host', 'Host', 'X-Forwarded-Host', 'X-Forwarded-Proto'),
    host,
  )
  .map(([target, version, name, value]) => `${target} HTTP/${version}\r\n${name}: ${value}\r\n\r\n`);
const onWire: fc.Arbitrary<FuzzRequest> = fc
  .tuple(fc.oneof(fc.constantFrom(...HEADS), headWithHost, fc.constant('')), bytes)
  .map(([head, tail]) => ({ kind: 'bytes' as const, bytes: Buffer.concat([Buffer.from(head, 'latin1'), tail]) }));

export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc.oneof(
  { weight: 45, arbitrary: posted(bodyOf(schemaOperation)) },
  { weight: 20, arbitrary: posted(bodyOf(mutatedOperation)) },
  { weight: 14, arbitrary: posted(jsonBody) },
  { weight: 5, arbitrary: posted(bytes) },
  { weight: 11, arbitrary: elsewhere },
  { weight: 4, arbitrary: onWire },
  { weight: 1, arbitrary: posted(large) },
);
