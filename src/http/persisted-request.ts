import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PersistedDocuments } from '../graphql/persisted-documents/persisted-documents.js';
import { type Refusal, refuse } from './graphql-refusal.js';

type Fields = Record<string, unknown>;
type Documents = Pick<PersistedDocuments, 'only' | 'text' | 'has'>;

/** The operation of a request, as it came in its body or its address. */
interface Asked {
  readonly fields: Fields;
  /** Puts a text in the place of the id, for Apollo Server. */
  replace(text: string): void;
}

/** What runs: a text. Or nothing, because the request names no document: Apollo Server refuses it. */
type Judgement =
  | { readonly kind: 'text'; readonly text: string; readonly listed: boolean }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const NOTHING: Judgement = { kind: 'nothing' };
const GIVEN_TWICE = refused('BAD_REQUEST', 'Each parameter may be given once.');
const NO_SINGLE_ID = refused('BAD_REQUEST', 'Send one id of a document, as a string.');
/** Apollo Client knows this code, and sends the text. */
const UNKNOWN_ID = refused('PERSISTED_QUERY_NOT_FOUND', 'This service has no document with this id.');
const UNKNOWN_TEXT = refused(
  'QUERY_NOT_IN_SAFELIST',
  'This service runs only documents that it knows. Send the id of one of them.',
);

/**
 * Puts the text of a persisted document in the place of its id, so that Apollo Server sees a usual request. With
 * PERSISTED_DOCUMENTS=only, refuses every document that the service does not know. A known text is as good as its id. A
 * trusted gateway writes documents of its own, and keeps a list of those of its clients.
 */
export function persistedRequests(documents: Documents) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const asked = request.method === 'POST' ? inBody(request) : inAddress(request);
    const only = documents.only && !request.sender.throughGateway;
    const judgement = asked === null ? GIVEN_TWICE : judge(asked.fields, documents, only);
    if (judgement.kind === 'refused') return refuse(reply, judgement.refusal);
    if (judgement.kind === 'nothing') return undefined;
    if (!judgement.listed) request.notes.listed = false;
    asked?.replace(judgement.text);
    return undefined;
  };
}

/** Where there is a text, it counts, and ids beside it do not. Apollo Client sends both after it found no document. */
function judge(fields: Fields, documents: Documents, only: boolean): Judgement {
  const { query: text } = fields;
  if (typeof text === 'string' && text !== '') {
    const listed = documents.has(text);
    return listed || !only ? { kind: 'text', text, listed } : UNKNOWN_TEXT;
  }
  const ids = idsOf(fields);
  if (ids.length === 0) return NOTHING;
  const [id] = ids;
  if (ids.length > 1 || typeof id !== 'string') return NO_SINGLE_ID;
  const known = documents.text(id);
  return known === null ? UNKNOWN_ID : { kind: 'text', text: known, listed: true };
}

/**
 * Different ids, as clients send them: `documentId` of GraphQL over HTTP (urql, GraphQL Code Generator), `doc_id` or `id` of
 * Relay's network layers, and `extensions.persistedQuery.sha256Hash` of Apollo Client.
 */
function idsOf({ documentId, doc_id, id, extensions }: Fields): unknown[] {
  const persisted = isObject(extensions) ? extensions['persistedQuery'] : null;
  const given = [documentId, doc_id, id].filter((each) => each !== undefined && each !== null);
  return [...new Set(isObject(persisted) ? [...given, persisted['sha256Hash']] : given)];
}

/** A body that is no object has no operation. */
function inBody({ body }: FastifyRequest): Asked {
  if (!isObject(body)) return { fields: {}, replace: () => {} };
  return {
    fields: body,
    replace(text) {
      body['query'] = text;
      if ('extensions' in body) body['extensions'] = withoutHash(body['extensions']);
    },
  };
}

/** Null: a parameter is there twice. Apollo Server reads the address again, and must not take the other one. */
function inAddress(request: FastifyRequest): Asked | null {
  const [path, search] = request.url.split(/\?(.*)/s, 2);
  const parameters = new URLSearchParams(search);
  const names = [...parameters.keys()];
  if (new Set(names).size < names.length) return null;
  const fields: Fields = Object.fromEntries(parameters);
  fields['extensions'] = parsed(parameters.get('extensions'));
  return {
    fields,
    replace(text) {
      parameters.set('query', text);
      if (isObject(fields['extensions'])) {
        parameters.set('extensions', JSON.stringify(withoutHash(fields['extensions'])));
      }
      request.raw.url = `${path}?${parameters}`;
    },
  };
}

/** Apollo Server would look for the hash in a store that it does not have. */
function withoutHash(extensions: unknown): unknown {
  if (!isObject(extensions)) return extensions;
  const { persistedQuery: _, ...others } = extensions;
  return others;
}

function refused(code: string, message: string): Judgement {
  return { kind: 'refused', refusal: { status: 400, code, message } };
}

function parsed(json: string | null): unknown {
  try {
    return json === null ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
