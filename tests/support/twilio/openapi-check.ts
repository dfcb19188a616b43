import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { StandInRequest } from './twilio-request.js';
import type { Exchange } from './twilio-stand-in.js';

interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, object>>;
  readonly contentType?: string;
  readonly form?: ParameterSchema;
  readonly query?: ParameterSchema;
  readonly conditional?: readonly (readonly string[])[];
  readonly responses: Readonly<Record<string, object>>;
}

interface ParameterSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, { readonly type?: string }>>;
}

interface Excerpt {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, object>>;
}

const file = new URL('../../twilio/openapi/api-v2010.json', import.meta.url);
const excerpt: Excerpt = JSON.parse(readFileSync(file, 'utf8'));

const address = /^(whatsapp:)?\+[1-9]\d{6,14}$/;
const rfc2822 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/;

/** Formats of Twilio's own, and those of JSON Schema that it means otherwise. */
const formats = {
  ...fullFormats,
  // Twilio's own examples of links in answers are relative.
  'uri-or-path': fullFormats['uri-reference'],
  'phone-number': address,
  endpoint: /^\+[1-9]\d{6,14}$/,
  'http-method': /^(GET|POST)$/,
  twiml: (twiml: string) => twiml.length <= 4000 && /^<\?xml [^>]*\?><Response>.*<\/Response>$/s.test(twiml),
  'date-time-rfc-2822': rfc2822,
  currency: /^[A-Za-z]{3}$/,
  'uri-map': true,
} as const;

/** Form fields and queries are text: numbers and the like are read from it. */
const ofRequests = new Ajv({ allErrors: true, coerceTypes: true, formats, strict: false });
const ofAnswers = new Ajv({ allErrors: true, formats: { ...formats, uri: formats['uri-or-path'] }, strict: false });
for (const ajv of [ofRequests, ofAnswers]) ajv.addSchema({ $id: 'twilio', schemas: excerpt.schemas });

/** The schema of the excerpt, whose references point into it. */
function compile(ajv: Ajv, schema: object): ValidateFunction {
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/schemas/', '"twilio#/schemas/')));
}

function complaints(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** What Twilio's OpenAPI description has against a request; nothing: it conforms. */
export function requestComplaints(request: StandInRequest): string[] {
  const found = operationOf(request);
  if (!found) return [`there is no operation ${request.method} ${request.path}`];
  const { operation, inPath } = found;
  const query = new URL(request.path, 'http://stand-in').searchParams;
  return [
    ...Object.entries(inPath).flatMap(([name, value]) =>
      complaints(compile(ofRequests, operation.pathParameters[name] ?? {}), value),
    ),
    ...parameterComplaints(operation.query, query),
    ...parameterComplaints(operation.form, request.form),
    ...(operation.conditional ?? []).flatMap((names) =>
      names.filter((name) => request.form.has(name)).length === 0 ? [`one of ${names.join(', ')} is missing`] : [],
    ),
    ...contentTypeComplaints(operation, request),
  ];
}

/** What it has against an answer of the stand-in. */
export function answerComplaints({ request, status, body }: Exchange): string[] {
  const schema = operationOf(request)?.operation.responses[status];
  if (!schema) return [`there is no answer ${status} to ${request.method} ${request.path}`];
  // As it went over the wire.
  return complaints(compile(ofAnswers, schema), JSON.parse(JSON.stringify(body)));
}

/** The operation that a request is one of, by its id. */
export function operationIdOf(request: StandInRequest): string | undefined {
  return operationOf(request)?.operation.operationId;
}

function operationOf({ method, path }: StandInRequest) {
  const { pathname } = new URL(path, 'http://stand-in');
  for (const operation of excerpt.operations) {
    const pattern = operation.path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/.]+)');
    const match = new RegExp(`^${pattern}$`).exec(pathname);
    if (match && operation.method === method) return { operation, inPath: match.groups ?? {} };
  }
  return undefined;
}

/** Only parameters that exist, each as its schema says, the required ones there. */
function parameterComplaints(schema: ParameterSchema | undefined, given: URLSearchParams): string[] {
  const known: ParameterSchema = schema ?? { type: 'object', properties: {} };
  const value = Object.fromEntries(
    [...new Set(given.keys())].map((name) => {
      const all = given.getAll(name);
      return [name, known.properties[name]?.type === 'array' || all.length > 1 ? all : all[0]];
    }),
  );
  return complaints(compile(ofRequests, { ...known, additionalProperties: false }), value);
}

function contentTypeComplaints({ contentType }: Operation, { headers }: StandInRequest): string[] {
  if (contentType === undefined || headers['content-type']?.split(';')[0] === contentType) return [];
  return [`the content type is ${headers['content-type']}`];
}
