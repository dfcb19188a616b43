import type { Config } from './config/config.js';
import { hasInbox, type InboxNeeds } from './inbox/open-inbox.js';
import { listensOnLoopback } from './platform/loopback.js';

type Deployment = InboxNeeds & Pick<Config, 'host' | 'delivery'>;

/** What a developer sees once the service is ready. */
export function welcome(publicUrl: string, deployment: Deployment): string {
  const { providers, developmentProviders } = deployment.delivery;
  const sent = providers.size > developmentProviders.size;
  // Someone who tries the example must not make a stranger's phone ring.
  const phoneNumber = sent ? 'your own number, from + on' : '+255679190720';
  const shown = { printed: developmentProviders.size > 0, inbox: hasInbox(deployment) ? `${publicUrl}/inbox` : null };
  return `
${exposure(deployment)}phone-accounts is ready:  ${publicUrl}/graphql   (in a browser: Apollo Sandbox)

${whereCodesGo({ sent, ...shown })} Ask for the first one:

  mutation {
    requestOtp(input: { phoneNumber: "${phoneNumber}" }) {
      __typename
      ... on RequestOtpSuccess { message phoneNumber expiresAt }
      ... on UserError { message }
    }
  }

`;
}

function whereCodesGo(codes: { sent: boolean; printed: boolean; inbox: string | null }): string {
  const { sent, printed, inbox } = codes;
  if (!printed) return 'Codes are really sent.';
  const here = inbox === null ? 'printed here.' : `printed here, and shown at ${inbox}.`;
  return sent ? `Codes on the routes in DELIVERY_ROUTES are really sent. Other codes are ${here}` : `Codes are ${here}`;
}

/** A warning where other machines reach a service that shows codes; otherwise empty. */
function exposure({ host, inbox, delivery }: Deployment): string {
  if (delivery.developmentProviders.size === 0 || listensOnLoopback(host)) return '';
  const readers = {
    on: 'EVERYONE who reaches it can read all codes in the inbox (INBOX=on), and sign in as anyone.',
    local: 'Its inbox answers this machine only (INBOX=on opens it to all).',
    off: 'Its inbox is off.',
  }[inbox];
  return `*** WARNING: OTHER MACHINES CAN REACH THIS SERVICE (HOST=${host}), and it is set up for development.
*** It shows codes instead of sending them, and test numbers have codes that are no secret.
*** ${readers}
*** To keep it to this machine, remove HOST. To serve users, set NODE_ENV=production.

`;
}
