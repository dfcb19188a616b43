import type { Provider } from './providers/message-sender.js';

/**
 * What a developer sees once the service is ready.
 * @param providers who sends codes: the console prints them, and then there is an inbox
 */
export function welcome(publicUrl: string, providers: ReadonlySet<Provider>): string {
  const sent = [...providers].some((provider) => provider !== 'console');
  // Nobody's phone is to ring because somebody has tried the example.
  const phoneNumber = sent ? 'your own number, from + on' : '+255679190720';
  return `
phone-accounts is ready:  ${publicUrl}/graphql   (in a browser: Apollo Sandbox)

${whereCodesGo({ sent, printed: providers.has('console'), publicUrl })} Ask for the first one:

  mutation {
    requestOtp(input: { phoneNumber: "${phoneNumber}" }) {
      __typename
      ... on RequestOtpSuccess { message phoneNumber expiresAt }
      ... on UserError { message }
    }
  }

`;
}

function whereCodesGo({ sent, printed, publicUrl }: { sent: boolean; printed: boolean; publicUrl: string }): string {
  if (!printed) return 'Codes are really sent.';
  const here = `printed here, and shown at ${publicUrl}/inbox as they come.`;
  return sent ? `Codes are really sent where DELIVERY_ROUTES leads; others are ${here}` : `Codes are ${here}`;
}
