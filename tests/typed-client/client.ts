import type { TypedDocumentString } from './generated/graphql.js';

export interface Api {
  /** Of the service, without a path. */
  readonly url: string;
  readonly accessToken?: string;
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** Runs one operation. Throws what is left to the top-level `errors`: everything that no user can act on. */
export async function execute<Data, Variables>(
  { url, accessToken }: Api,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  const { data, errors } = (await response.json()) as Answer<Data>;
  const [error] = errors ?? [];
  if (error) throw new Error(`${error.extensions.code}: ${error.message}`);
  if (!data) throw new Error(`The service answered ${response.status} without data.`);
  return data;
}
