/** A failure that is no result: the service is away, a limit, or something that the caller may not do. */
export class ApiError extends Error {
  constructor(message, code = null) {
    super(message);
    this.code = code;
  }
}

const TEXTS = {
  FORBIDDEN: 'Your role does not allow this.',
  SERVICE_UNAVAILABLE: 'The service cannot reach its database. Try again in a moment.',
  INTERNAL_SERVER_ERROR: 'Something went wrong in the service. Its log says what.',
};

/** One call of the API. Its text goes into the body, so that nothing of it is in an address or a log of addresses. */
export async function post(query, variables = {}, accessToken = null) {
  const headers = { 'content-type': 'application/json' };
  if (accessToken !== null) headers.authorization = `Bearer ${accessToken}`;
  const body = JSON.stringify({ query, variables });
  const request = fetch('graphql', { method: 'POST', credentials: 'omit', cache: 'no-store', headers, body });
  const response = await request.catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!answer) throw new ApiError('The service does not answer. Try again in a moment.', 'AWAY');
  const [error] = answer.errors ?? [];
  if (error) throw fromGraphql(error);
  return answer.data;
}

function fromGraphql({ message, extensions: { code = null } = {} }) {
  return new ApiError(TEXTS[code] ?? message, code);
}
