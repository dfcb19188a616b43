import { messageFor, type Texts } from '@phone-accounts/client/messages';
import type { FurtherProofRequiredError } from '@phone-accounts/client';
import { type UsePasskeys, usePasskeys } from '@phone-accounts/client/react';
import { passkeys } from './accounts.js';

interface Props {
  readonly texts: Texts;
  /** Whether the user should be offered one. */
  readonly suits: boolean;
}

/** The passkeys of the user, and the offer of a first one after a sign-in by code. */
export function Passkeys({ texts, suits }: Props) {
  const keys = usePasskeys(passkeys, { list: true });
  const told = keys.failure ?? keys.error;
  return (
    <section aria-label="Passkeys">
      {suits && keys.passkeys?.length === 0 && (
        <>
          <p>Next time without a code: use your face, your finger or the PIN of this device.</p>
          <button type="button" disabled={keys.busy} onClick={() => keys.add()}>
            Add a passkey
          </button>
        </>
      )}
      {keys.passkeys?.map((passkey) => (
        <div key={passkey.id} className="links">
          <span>
            Passkey “{passkey.name}”, added {new Date(passkey.createdAt).toLocaleDateString()}
          </span>
          <button type="button" disabled={keys.busy} onClick={() => keys.remove(passkey)}>
            Remove
          </button>
        </div>
      ))}
      {told && <p role="alert">{messageFor(told, texts)}</p>}
    </section>
  );
}

interface ByPasskeyProps {
  readonly keys: UsePasskeys;
  readonly texts: Texts;
  /** What the sign-in waits for; null: it begins with the passkey. */
  readonly proof: FurtherProofRequiredError | null;
}

/** For a passkey that is not offered in the field: one on a phone beside this machine, or a security key. */
export function ByPasskey({ keys, texts, proof }: ByPasskeyProps) {
  const told = keys.failure ?? keys.error;
  if (!keys.supported) return null;
  return (
    <div className="links">
      <button
        type="button"
        disabled={keys.busy}
        onClick={() => keys.signIn(proof ? { continuationToken: proof.continuationToken } : {})}
      >
        Use a passkey
      </button>
      {told && <span role="alert">{messageFor(told, texts)}</span>}
    </div>
  );
}
