import { hasPublicHost } from '../http/public-host.js';
import type { Description, Proof } from './description.js';
import type { DescribedSettings } from './setting-values.js';

/** Below PUBLIC_URL. */
export function reportPath(provider: string): string {
  return `/webhooks/${provider}`;
}

/** The settings that the proofs of reports need. */
export function proofSettings(proofs: readonly Proof[]): string[] {
  return proofs.flatMap((proof) => (proof.kind === 'basic' ? [proof.user, proof.password] : [proof.setting]));
}

/** Whether reports can be taken: the settings that prove where they come from are there. */
export function takesReports({ reports }: Description, settings: DescribedSettings): boolean {
  return reports !== undefined && proofSettings(reports.proof).every((name) => settings.has(name));
}

/**
 * The address that a request gives the provider for reports about a message. Undefined: no report could come.
 * @param publicUrl without a slash at its end; null: not configured
 */
export function reportAddress(
  { description, settings }: { description: Description; settings: DescribedSettings },
  publicUrl: string | null,
): (messageId: string) => string | undefined {
  const { name, reports } = description;
  if (reports === undefined || publicUrl === null || !hasPublicHost(publicUrl)) return () => undefined;
  if (!takesReports(description, settings)) return () => undefined;
  const address = reports.proof.find((proof) => proof.kind === 'address');
  const secret = address === undefined ? undefined : settings.get(address.setting)?.value;
  return (messageId) => {
    const url = new URL(`${publicUrl}${reportPath(name)}`);
    if (reports.message === 'address') url.searchParams.set('message', messageId);
    if (typeof secret === 'string') url.searchParams.set('secret', secret);
    return url.href;
  };
}
