import { z } from 'zod';
import { phoneChannels } from '../../texts/channel.js';
import { deliveryFailures } from '../delivery-report.js';
import { sendFailures } from '../message-sender.js';

/**
 * A provider described in a file (docs/described-providers.md). The schema says what the file looks like;
 * check-description.ts says what else must hold. Nothing is transformed, so that a file that was checked is used as it is.
 */

/** A JSON pointer (RFC 6901) into an answer or report, such as `/messages/0/id`. In reports with `each`, `*` is the entry. */
const pointer = z
  .string('must be a JSON pointer such as /messages/0/id')
  .regex(/^(\/([^/~]|~[01])*)+$/, 'must be a JSON pointer such as /messages/0/id')
  .describe('A JSON pointer (RFC 6901), such as /messages/0/id. Fields of forms and queries: /status.');
/** Several are tried in their order. */
const pointers = z.union(
  [pointer, z.array(pointer).min(1)],
  'must be a JSON pointer such as /messages/0/id, or a list of them',
);

/** Text with placeholders, such as `Bearer {EXAMPLE_TOKEN}`. */
const template = z.string().describe('Text with placeholders, such as {to.digits}, {text} or {EXAMPLE_TOKEN}.');
const chosen = z.strictObject({
  $by: template,
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  else: z.union([z.string(), z.number(), z.boolean()]).optional(),
});
/** The value of a header, or of a field of a query or form. */
const fieldValue = z.union([z.string(), chosen], 'must be a text with placeholders, or {"$by", "values", "else"}');
const fields = z.record(z.string().min(1), fieldValue);

const settingName = z
  .string()
  .regex(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/, 'must be the name of a setting, such as EXAMPLE_API_KEY');

const setting = z.strictObject({
  about: z.string().min(1).max(300).describe('For operators: what it is, and where they find it.'),
  required: z.literal(true).optional().describe('Nothing can be sent without it.'),
  secret: z.literal(true).optional().describe('It is left out of everything that the provider says of a failure.'),
  kind: z.enum(['text', 'url']).optional().describe('url: an http(s) address. In production https only.'),
  default: z.string().min(1).optional(),
  oneOf: z.array(z.string().min(1)).min(2).optional().describe('The values that it can have.'),
  pattern: z.string().min(1).optional().describe('A regular expression that the whole value must match.'),
  example: z.string().min(1).optional().describe('With `pattern`: a value that matches.'),
  by: z
    .enum(['country', 'language', 'purpose'])
    .optional()
    .describe('It is a list, such as NP=InfoSMS,IN=ACMEIN,Acme. The entry without a name is for all others.'),
});

const request = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT']),
  url: template.describe(
    'https://host/path, or {EXAMPLE_BASE_URL}/path with a setting of the kind url. Without a query.',
  ),
  authorization: z
    .union(
      [
        z.strictObject({ basic: z.strictObject({ user: template, password: template }) }),
        z.strictObject({ bearer: template }),
      ],
      'must be {"basic": {"user", "password"}} or {"bearer"}',
    )
    .optional(),
  headers: fields.optional(),
  query: fields.optional(),
  form: fields.optional(),
  json: z.json().optional().describe('Any JSON. Its texts have placeholders.'),
  xml: template.optional(),
});

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const matcher = z.union(
  [
    scalar,
    z.array(scalar).min(1),
    z.strictObject({ contains: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]) }),
    z.strictObject({ exists: z.boolean() }),
  ],
  'must be a value, a list of values, {"contains": …} or {"exists": true}',
);
/** All must hold. Keys: `status` (200, "4xx"), `text` (words that the body contains), or a JSON pointer. */
const when = z.record(z.string(), matcher);

const price = z.strictObject({
  amount: pointers.describe('A number, also as text. "KES 0.8000" brings its currency along.'),
  currency: z
    .string()
    .min(1)
    .optional()
    .describe('A JSON pointer, or ISO 4217 (USD), or a setting ({EXAMPLE_CURRENCY}).'),
  per: z.number().positive().optional().describe('The amount is divided by it: 10000 where the unit is 1/10000.'),
  times: pointer.optional().describe('The amount is multiplied by it: the number of parts.'),
});

const code = z
  .string()
  .regex(/^[\w.-]{1,40}$/, 'must be a code of up to 40 letters, digits, points, hyphens and underscores');

const answerRule = z.strictObject({
  when,
  // What takes too long is a timeout, and no answer.
  means: z.enum(['accepted', ...sendFailures.filter((each) => each !== 'timeout')]),
  code: code
    .optional()
    .describe('The code of the failure, for logs and advice. Default: what `code` finds, or HTTP_403.'),
});

const answer = z.strictObject({
  rules: z.array(answerRule).min(1).describe('The first rule whose `when` holds decides.'),
  id: z
    .union(
      [pointer, z.array(pointer).min(1), z.strictObject({ after: z.string().min(1) })],
      'must be a JSON pointer, a list of them, or {"after": "ID: "}',
    )
    .optional()
    .describe("The provider's id of the message."),
  code: pointers.optional(),
  words: pointers.optional().describe('What the provider says about a failure. Of plain text it is the whole answer.'),
  price: price.optional(),
  wait: z.string().min(1).optional().describe('A header with the seconds to wait. Default: Retry-After.'),
});

const reportRule = z.strictObject({
  when,
  means: z.enum(['sent', 'delivered', 'ignored', ...deliveryFailures]),
  code: code.optional(),
});

const balance = z.strictObject({
  request: request.describe('It can name settings only.'),
  ...price.omit({ times: true }).shape,
});

const header = z.string().regex(/^[a-z0-9-]+$/, 'must be the name of a header in small letters');
const timestamp = z.strictObject({
  header,
  tolerance: z.number().int().min(1).max(3600).describe('Seconds by which it may differ from our clock.'),
});
const signed = z
  .string()
  .min(1)
  .describe('What is signed: {url}, {address} (the URL without its query), {body}, {sortedFields}, {header.x-name}.');
const signature = {
  setting: settingName,
  header,
  encoding: z.enum(['base64', 'hex']),
  signed,
  timestamp: timestamp.optional(),
};
const proof = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('address'), setting: settingName })
    .describe('A secret in the query of the address: ?secret=…'),
  z.strictObject({ kind: z.literal('header'), setting: settingName, header }).describe('A secret in a header.'),
  z.strictObject({ kind: z.literal('basic'), user: settingName, password: settingName }),
  z.strictObject({
    kind: z.literal('hmac'),
    ...signature,
    algorithm: z.enum(['sha1', 'sha256', 'sha512']),
    key: z.enum(['text', 'base64', 'hex']).optional().describe('How the setting writes the key. Default: text.'),
    prefix: z.string().min(1).optional().describe('What stands before the signature, such as sha256='),
  }),
  z
    .strictObject({ kind: z.literal('ed25519'), ...signature })
    .describe('The setting is the public key, 32 bytes in base64.'),
  z.strictObject({
    kind: z.literal('jwt'),
    setting: settingName,
    header,
    urlHash: z.string().min(1).describe('The claim with the SHA-256 of the URL, in hexadecimal digits.'),
    bodyHash: z.string().min(1).describe('The claim with the SHA-256 of the body. Required where there is a body.'),
    issuer: z.string().min(1).optional(),
  }),
  z.strictObject({ kind: z.literal('standard-webhooks'), setting: settingName }),
]);

const reports = z.strictObject({
  method: z.enum(['GET', 'POST']),
  body: z
    .enum(['form', 'json', 'either', 'query'])
    .describe('query: everything is in the address. either: JSON or a form.'),
  each: pointer.optional().describe('Where several come together: /results/*, or /*/report/*.'),
  proof: z.array(proof).min(1).describe('What shows that a report comes from the provider. All must hold.'),
  message: z
    .union([z.enum(['address', 'providerId']), pointer], 'must be "address", "providerId" or a JSON pointer')
    .describe(
      'Where our id of the message is: in the address that the request gave ({reportUrl}), at a place in the report, or nowhere.',
    ),
  providerId: pointers.optional(),
  rules: z.array(reportRule).min(1).describe('The first rule whose `when` holds decides. No rule: no news.'),
  code: pointers.optional(),
  words: pointers.optional(),
  price: price.optional(),
  acknowledge: z.literal(200).optional().describe('Answer 200, where the provider takes no 204.'),
});

export const descriptionSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z
    .string('must be a name of small letters and digits')
    .regex(/^[a-z][a-z0-9]{1,29}$/, 'must be a name of 2 to 30 small letters and digits')
    .describe('In routes, rows, logs and metrics. Settings begin with it: EXAMPLE_….'),
  documents: z.array(z.url()).min(1).describe('Where the provider describes its API.'),
  channels: z.array(z.enum(phoneChannels)).min(1),
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'must be two letters (ISO 3166-1 alpha-2)'))
    .min(1)
    .optional()
    .describe('Where it sends at all. Other numbers are country_not_enabled, without a request.'),
  settings: z.record(settingName, setting),
  oneOf: z.array(z.array(settingName).min(2)).optional().describe('Of each list, one setting at least is needed.'),
  request,
  answer,
  reports: reports.optional(),
  balance: balance.optional().describe('What is left of the money that was paid ahead.'),
  advice: z.strictObject({
    badCredentials: z.string().min(1),
    byCode: z.record(code, z.string().min(1)).optional(),
  }),
});

export type Description = z.output<typeof descriptionSchema>;
export type DescribedSetting = z.output<typeof setting>;
export type DescribedRequest = Description['request'];
export type DescribedAnswer = Description['answer'];
export type DescribedReports = NonNullable<Description['reports']>;
export type DescribedBalance = NonNullable<Description['balance']>;
export type Proof = z.output<typeof proof>;
export type DescribedPrice = z.output<typeof price>;
export type When = z.output<typeof when>;
export type Matcher = z.output<typeof matcher>;
export type FieldValue = z.output<typeof fieldValue>;
