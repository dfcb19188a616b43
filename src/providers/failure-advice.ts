import type { FailedOutcome, SendFailure } from './message-sender.js';

/** What operators can do about failures that are this provider's own. */
export interface FailureAdvice {
  readonly badCredentials: string;
  /** By the code of the failure (`HTTP_404`), where it tells more than the reason. */
  readonly byCode?: Readonly<Record<string, string>>;
}

const byReason: Readonly<Record<Exclude<SendFailure, 'bad_credentials'>, string>> = {
  invalid_number: 'There is no such number or address for this channel. Check what you typed after --to.',
  not_on_channel: 'That number is not on this channel. Try another channel, or another number.',
  country_not_enabled:
    'The provider does not send to that country. Enable the country there, or route it to another provider.',
  opted_out: 'The owner of that number or address told the provider to send nothing more.',
  slow_down: 'The provider limits how much it takes. Wait, or raise the limit there.',
  rejected: 'The provider refused the message, and would refuse it again. Look the code up with the provider.',
  provider_unavailable:
    'The provider could not be reached, or gave an answer that makes no sense. Check its address, and try again.',
  timeout: 'The provider did not answer in time. Check its address, and the network between.',
};

export const UNTRUSTED =
  'The connection could not be encrypted. Check the certificate (NODE_EXTRA_CA_CERTS), its dates and the host.';

const byCode: ReadonlyMap<string, string> = new Map([
  // Node's own codes about certificates.
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNTRUSTED],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNTRUSTED],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNTRUSTED],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNTRUSTED],
  ['CERT_HAS_EXPIRED', UNTRUSTED],
  ['ERR_TLS_CERT_ALTNAME_INVALID', UNTRUSTED],
  ['ECONNREFUSED', 'No server listens at that address. Check host and port.'],
  ['ENOTFOUND', 'There is no such host. Check its name.'],
]);

/** What an operator can do about a failure. */
export function adviceFor(advice: FailureAdvice, { reason, providerCode }: FailedOutcome): string {
  const special = providerCode === null ? undefined : (advice.byCode?.[providerCode] ?? byCode.get(providerCode));
  if (special !== undefined) return special;
  return reason === 'bad_credentials' ? advice.badCredentials : byReason[reason];
}
