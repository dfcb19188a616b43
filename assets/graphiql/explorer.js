const { React, ReactDOM, GraphiQL } = globalThis;

/** The example of the terminal. The code is in the terminal and at /inbox. */
const defaultQuery = `mutation {
  requestOtp(input: { phoneNumber: "+255679190720" }) {
    __typename
    ... on RequestOtpSuccess { message phoneNumber expiresAt }
    ... on UserError { message }
  }
}
`;

/** Only this service is asked. Headers, such as Authorization, are typed into the page. */
async function fetcher(operation, { headers } = {}) {
  const response = await fetch('graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(operation),
  });
  return response.json();
}

if (!GraphiQL) throw new Error('GraphiQL is a development dependency. Install it with `npm ci`.');
const root = ReactDOM.createRoot(document.querySelector('#explorer'));
root.render(React.createElement(GraphiQL, { fetcher, defaultQuery }));
