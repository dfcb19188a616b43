import type { PasskeyConfig } from './passkeys.settings.js';
import type { RelyingParty } from './relying-party.js';

/** Both are what Android asks of a domain whose passkeys an app uses. The first one also lets the app open links of the domain. */
const ANDROID_RELATIONS = ['delegate_permission/common.handle_all_urls', 'delegate_permission/common.get_login_creds'];

/** The files, by path, in which a domain names the pages and apps that use its passkeys. None that would be empty. */
export function associationFiles(party: RelyingParty, { passkeys }: PasskeyConfig): ReadonlyMap<string, object> {
  const files = new Map<string, object>([['/.well-known/webauthn', { origins: party.origins }]]);
  const { androidApps, appleApps } = passkeys;
  if (androidApps.length > 0) files.set('/.well-known/assetlinks.json', assetLinks(androidApps));
  if (appleApps.length > 0)
    files.set('/.well-known/apple-app-site-association', { webcredentials: { apps: appleApps } });
  return files;
}

/** One statement for each app, with all certificates that sign it. */
function assetLinks(apps: PasskeyConfig['passkeys']['androidApps']): object {
  const names = [...new Set(apps.map(({ packageName }) => packageName))];
  return names.map((name) => ({
    relation: ANDROID_RELATIONS,
    target: {
      namespace: 'android_app',
      package_name: name,
      sha256_cert_fingerprints: apps
        .filter(({ packageName }) => packageName === name)
        .map(({ fingerprint }) => fingerprint),
    },
  }));
}
