import type { RoutesConfig } from './messaging/messaging.settings.js';

type Providers = Pick<RoutesConfig, 'providers' | 'developmentProviders'>;

/** What a developer sees once the service is ready. */
export function welcome(publicUrl: string, { providers, developmentProviders }: Providers): string {
  const sent = providers.size > developmentProviders.size;
  // Someone who tries the example must not make a stranger's phone ring.
  const phoneNumber = sent ? 'your own number, from + on' : '+255679190720';
  return `
phone-accounts is ready:  ${publicUrl}/graphql   (in a browser: Apollo Sandbox)

${whereCodesGo({ sent, printed: developmentProviders.size > 0, publicUrl })} Ask for the first one:

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
  const here = `printed here, and shown at ${publicUrl}/inbox.`;
  return sent ? `Codes on the routes in DELIVERY_ROUTES are really sent. Other codes are ${here}` : `Codes are ${here}`;
}
