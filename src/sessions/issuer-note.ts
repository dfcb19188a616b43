import { isLoopback } from '../platform/loopback.js';
import type { Logger } from '../platform/logger.js';
import type { RotationParts } from './signing-key-rotation.js';
import { issuerOf, openPrivateKey } from './signing-key-pair.js';

/** Another process may write the same row at the same moment. */
const MOST_LOOKS = 5;

/**
 * Notes in the newest signing key for which issuer it signs, and warns if that was another one: tokens of one issuer are
 * invalid at a process with another one. So a second PUBLIC_URL on one database signs users out, and nothing else tells.
 */
export async function noteIssuer(parts: RotationParts & { readonly logger: Logger }): Promise<void> {
  const { issuer, logger } = parts;
  if (issuer === null) return;
  const told = new Set<string>();
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const { before, written } = await lookAndNote(parts, issuer);
    if (before !== null && !told.has(before) && areOfTwoServices(before, issuer))
      logger.warn(anotherIssuer(before, issuer));
    if (written) return;
    if (before !== null) told.add(before);
  }
}

/** Written: the newest key has the issuer now. */
async function lookAndNote({ repository, secrets }: RotationParts, issuer: string) {
  const rows = await repository.all();
  const notes = rows.map((row) => issuerOf(row.encryptedPrivateJwk)).filter((note) => note !== null);
  const before = notes.at(-1) ?? null;
  const newest = rows.at(-1);
  if (!newest || issuerOf(newest.encryptedPrivateJwk) === issuer) return { before, written: true };
  const { kid, encryptedPrivateJwk: from } = newest;
  const opened = await openPrivateKey(from, secrets);
  if (!opened) return { before, written: true };
  const written = await repository.reencrypt({ kid, from, to: await opened.encryptFor(issuer) });
  return { before, written };
}

/** A developer's service changes its port. */
function areOfTwoServices(before: string, issuer: string): boolean {
  return before !== issuer && ![before, issuer].every((url) => URL.canParse(url) && isLoopback(new URL(url).hostname));
}

function anotherIssuer(before: string, issuer: string): string {
  return (
    `This database was used with another issuer: PUBLIC_URL was ${before}, and is ${issuer} here. ` +
    'Each refuses the access tokens of the other. All processes on one database need the same PUBLIC_URL. ' +
    'If the service has moved, nothing is to be done: this is said once.'
  );
}
