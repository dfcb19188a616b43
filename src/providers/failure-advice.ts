import type { FailedOutcome, Provider, SendFailure } from './message-sender.js';

const credentials: Readonly<Record<Provider, string>> = {
  console: 'The terminal needs none.',
  twilio: 'Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and that the account is active and has funds.',
  webhook: 'The gateway does not accept the signature: check WEBHOOK_SECRET on both sides, and both clocks.',
  smtp: 'The mail server wants other credentials: check the user and the password in SMTP_URL.',
};

const general: Readonly<Record<Exclude<SendFailure, 'bad_credentials'>, string>> = {
  invalid_number: 'There is no such number or address for this channel. Check what you typed after --to.',
  country_not_enabled: 'The provider does not send to that country: enable it there, or route the country elsewhere.',
  opted_out: 'Whoever has that number or address told the provider to send nothing more.',
  slow_down: 'The provider limits how much it takes: wait, or raise the limit there.',
  rejected: 'The provider has judged the message and would judge it so again: look its code up with the provider.',
  provider_unavailable:
    'The provider could not be reached, or did not answer as one. Check its address, and try again.',
  timeout: 'The provider did not answer in time. Check its address and what is in between.',
};

const untrusted =
  'The connection could not be encrypted: check the certificate (NODE_EXTRA_CA_CERTS), its dates and the host.';
const wrongPath = 'Nothing takes messages at that address: check the path in WEBHOOK_URL or TWILIO_BASE_URL.';

const byCode: ReadonlyMap<string, string> = new Map([
  ['NO_STARTTLS', 'The server offers no encryption (STARTTLS), so nothing is sent: use smtps:// or another port.'],
  ['TLS_FAILED', untrusted],
  // What Node itself says of certificates.
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted],
  ['CERT_HAS_EXPIRED', untrusted],
  ['ERR_TLS_CERT_ALTNAME_INVALID', untrusted],
  ['HTTP_404', wrongPath],
  ['HTTP_405', wrongPath],
  ['ECONNREFUSED', 'Nobody listens there: check host and port.'],
  ['ENOTFOUND', 'There is no such host: check its name.'],
]);

/** What an operator can do about it. */
export function adviceFor(provider: Provider, { reason, providerCode }: FailedOutcome): string {
  const special = providerCode === null ? undefined : byCode.get(providerCode);
  if (special !== undefined) return special;
  return reason === 'bad_credentials' ? credentials[provider] : general[reason];
}
