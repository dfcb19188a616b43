import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** One limit on GraphQL documents. */
export interface DocumentLimit {
  readonly maximum: number;
  /** For documents that a trusted gateway merged from those of one client. */
  readonly forGateways?: number;
  /** What is counted, for the error message. */
  readonly counted: string;
  /** The reason for the number, for docs/limits.md. */
  readonly about: string;
}

/** Whose documents are looked at: those of any client, or those of a trusted gateway (TRUSTED_GATEWAY). */
export type DocumentSender = 'client' | 'gateway';

/**
 * All limits on documents, the same for every client. COST and ENTITIES are counted for the operation that runs, with its
 * variables. The others hold for every operation of the document, so their result depends only on its text and is cached with it.
 */
export const documentLimits = {
  TOKENS: {
    maximum: 1_000,
    counted: 'tokens (words and signs)',
    // The standard rule on fields that overlap takes time by the square: 50 ms at this length, 200 ms at twice as much.
    about: 'Parsing stops there. The question for the whole schema has 184. Persisted documents may have more.',
  },
  SELECTIONS: {
    maximum: 500,
    counted: 'fields and fragments, a fragment as often as it is used',
    about: 'Fragments within fragments multiply.',
  },
  DEPTH: {
    maximum: 10,
    counted: 'levels of fields within fields',
    about: 'The deepest answer has 4. For questions about the schema a rule of graphql-js bounds the lists in lists.',
  },
  ALIASES: {
    maximum: 10,
    forGateways: 110,
    counted: 'aliases',
    about:
      'An alias makes one field run again. Gateways that merge queries give one to each field and to each `__typename` beside it.',
  },
  DUPLICATES: {
    maximum: 10,
    counted: 'fields that repeat one beside them',
    about: 'A copy changes nothing in the answer.',
  },
  DIRECTIVES: { maximum: 20, counted: 'directives', about: 'Only @skip and @include mean anything here.' },
  QUERY_FIELDS: {
    maximum: 5,
    forGateways: 50,
    counted: 'fields at the root of a query',
    about: 'Each is a question of its own.',
  },
  MUTATION_FIELDS: {
    maximum: 1,
    counted: 'field at the root of a mutation',
    about: 'One request is one guess, one text or one sign-in.',
  },
  ENTITIES: {
    maximum: 500,
    counted: 'users in one `_entities`',
    about: 'With FEDERATION=on. As many as fit into the cost of a document with two or three fields each.',
  },
  COST: {
    maximum: 2_000,
    counted: 'fields in its answer, those in a list times its length',
    about: 'A page of 100 cities with everything about them and the signed-in user beside it have about 1,800.',
  },
} as const satisfies Record<string, DocumentLimit>;

export type DocumentLimitName = keyof typeof documentLimits;

const CODE = 'DOCUMENT_LIMIT_EXCEEDED';

export function maximumOf(limit: DocumentLimitName, sender: DocumentSender = 'client'): number {
  const { maximum, forGateways = maximum }: DocumentLimit = documentLimits[limit];
  return sender === 'gateway' ? forGateways : maximum;
}

/** A refusal that names the limit, so that a developer knows what to make smaller. */
export function documentLimitError(limit: DocumentLimitName, sender: DocumentSender = 'client'): GraphQLError {
  const { message, extensions } = refusal(limit, maximumOf(limit, sender));
  return new GraphQLError(message, { extensions: { ...extensions, http: { status: 400 } } });
}

/** An error as a client gets it: validation knows only the maximum of gateways, which may be larger. */
export function asForClients(error: GraphQLFormattedError): GraphQLFormattedError {
  const limit = error.extensions?.['limit'];
  const refused = error.extensions?.['code'] === CODE && typeof limit === 'string' && limit in documentLimits;
  return refused ? { ...error, ...refusal(limit as DocumentLimitName) } : error;
}

function refusal(limit: DocumentLimitName, maximum = maximumOf(limit)) {
  const { counted } = documentLimits[limit];
  return {
    message: `The document asks for too much. It may have at most ${maximum} ${counted}.`,
    extensions: { code: CODE, limit, maximum },
  };
}

/**
 * How a refusal by a limit is shown, or null for any other error. Apollo gives every error of validation its own code,
 * and graphql-js and Apollo refuse by texts and codes of theirs what they count for us.
 */
export function shownLimit({ message, extensions }: GraphQLFormattedError): Omit<GraphQLFormattedError, 'path'> | null {
  const limit = extensions?.['limit'];
  if (typeof limit === 'string' && limit in documentLimits) {
    return refusal(limit as DocumentLimitName, Number(extensions?.['maximum']));
  }
  if (extensions?.['validationErrorCode'] === 'MAX_RECURSIVE_SELECTIONS_EXCEEDED') return refusal('SELECTIONS');
  const unparsed = extensions?.['code'] === 'GRAPHQL_PARSE_FAILED';
  return unparsed && /^Syntax Error: Document contains more tha[nt] \d+ tokens/.test(message)
    ? refusal('TOKENS')
    : null;
}
