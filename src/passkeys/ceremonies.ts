import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Random } from '../platform/random.js';
import { withoutStatement } from './attestation.js';
import { type AnsweredChallenge, CHALLENGE_SECONDS, type Ceremony, type PasskeyChallenges } from './challenges.js';
import type { PasskeyRow } from './passkey.table.js';
import { ALGORITHMS, readKey } from './public-key.js';
import type { RelyingParty } from './relying-party.js';
import { type ClientData, type ReadResponse, readRegistration, readSignIn } from './response.js';
import type { RegistrationResponse, SignInResponse } from './response.js';
import { signedAnswer } from './signed-answer.js';

const OFFERED = Object.values(ALGORITHMS);
const HANDLE_BYTES = 32;
const NO_MODEL = '00000000-0000-0000-0000-000000000000';

/** A passkey, as browsers name it to its authenticator. */
export type PasskeyName = Pick<PasskeyRow, 'credentialId' | 'transports'>;

/** What a checked registration says of the new passkey. */
export type NewPasskey = Pick<
  PasskeyRow,
  'credentialId' | 'publicKey' | 'counter' | 'transports' | 'backupEligible' | 'backedUp' | 'aaguid'
>;

/** What a checked sign-in says of the passkey. */
export type PasskeyUse = Pick<PasskeyRow, 'counter' | 'backedUp'>;

/** An answer to a challenge of ours. Nothing else in it is believed yet. */
export interface Answer<Response> extends ReadResponse<Response> {
  readonly challenge: AnsweredChallenge;
}

export interface CeremonyParts {
  readonly party: RelyingParty;
  readonly challenges: PasskeyChallenges;
  readonly random: Random;
}

/** Registrations and sign-ins with passkeys: what browsers are asked, and the check of what they answer (WebAuthn, level 3). */
export class PasskeyCeremonies {
  readonly #parts: CeremonyParts;

  constructor(parts: CeremonyParts) {
    this.#parts = parts;
  }

  /** The domain that passkeys belong to. */
  get rpId(): string {
    return this.#parts.party.id;
  }

  /** A handle by which authenticators know an account. It says nothing of the account. */
  newHandle(): string {
    return this.#parts.random.bytes(HANDLE_BYTES).toString('base64url');
  }

  /** What a browser needs to make a passkey. @param shownName what people choose the account by */
  registrationOptions(
    ceremony: Ceremony & { readonly kind: 'registration' },
    { shownName, known }: { readonly shownName: string; readonly known: readonly PasskeyName[] },
  ): object {
    const { id, name } = this.#parts.party;
    return {
      ...this.#common(ceremony),
      rp: { id, name },
      user: { id: ceremony.userHandle, name: shownName, displayName: shownName },
      pubKeyCredParams: OFFERED.map((alg) => ({ type: 'public-key', alg })),
      excludeCredentials: known.map(descriptorOf),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
      extensions: { credProps: true },
    };
  }

  /** What a browser needs to use a passkey. @param known empty: it offers what it has */
  signInOptions(ceremony: Exclude<Ceremony, { kind: 'registration' }>, known: readonly PasskeyName[]): object {
    const allowed = { allowCredentials: known.map(descriptorOf) };
    return { ...this.#common(ceremony), rpId: this.rpId, ...allowed, userVerification: 'required' };
  }

  /** Null: it answers no challenge of ours, or one of long ago. */
  answeredRegistration(response: unknown): Answer<RegistrationResponse> | null {
    return this.#answered(readRegistration(response));
  }

  answeredSignIn(response: unknown): Answer<SignInResponse> | null {
    return this.#answered(readSignIn(response));
  }

  /** Null: something about it is wrong. */
  async checkRegistration({ response, clientData }: Answer<RegistrationResponse>): Promise<NewPasskey | null> {
    if (!this.#isOurs(clientData)) return null;
    // It takes a fifth of a second to load, and most processes of a start do without.
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    const { decodeAttestationObject, decodeCredentialPublicKey } = await import('@simplewebauthn/server/helpers');
    return unlessRefused(async () => {
      const written = Buffer.from(response.response.attestationObject, 'base64url');
      const attestationObject = withoutStatement(decodeAttestationObject(Uint8Array.from(written)).get('authData'));
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: {
          ...{ ...response, clientExtensionResults: {} },
          response: { ...response.response, attestationObject },
        } as RegistrationResponseJSON,
        ...this.#expected(clientData),
        supportedAlgorithmIDs: OFFERED,
      });
      if (!verified) return null;
      const { credential, credentialDeviceType, credentialBackedUp: backedUp, aaguid } = registrationInfo;
      // A map, whatever its type in the library says.
      const key = decodeCredentialPublicKey(credential.publicKey) as unknown as ReadonlyMap<number, unknown>;
      if (credential.id !== response.id || !readKey(key)) return null;
      return {
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: response.response.transports,
        backupEligible: credentialDeviceType === 'multiDevice',
        backedUp,
        aaguid: aaguid === NO_MODEL ? null : aaguid,
      };
    });
  }

  /** Null: something about it is wrong. The counter is not compared: a statement does that at the locked row. */
  async checkSignIn(
    { response, clientData, challenge }: Answer<SignInResponse>,
    passkey: PasskeyRow,
  ): Promise<PasskeyUse | null> {
    if (!this.#isOurs(clientData) || clientData.type !== 'webauthn.get') return null;
    if (response.id !== passkey.credentialId || response.rawId !== response.id) return null;
    const { userHandle } = response.response;
    // Only a browser that was told which passkeys to use may leave the handle out.
    if (userHandle === null ? challenge.kind === 'sign_in' : userHandle !== passkey.userHandle) return null;
    return unlessRefused(async () => {
      const said = await signedAnswer(response, passkey, this.rpId);
      if (said?.backupEligible !== passkey.backupEligible) return null;
      return { counter: said.counter, backedUp: said.backedUp };
    });
  }

  #common(ceremony: Ceremony) {
    return { challenge: this.#parts.challenges.issue(ceremony), timeout: CHALLENGE_SECONDS * 1000 };
  }

  #answered<Response>(read: ReadResponse<Response> | null): Answer<Response> | null {
    const challenge = read && this.#parts.challenges.read(read.clientData.challenge);
    return read && challenge && { ...read, challenge };
  }

  /** The library lets answers from frames of other sites through, where a browser does not name the site. */
  #isOurs({ origin, crossOrigin = false, topOrigin }: ClientData): boolean {
    return !crossOrigin && topOrigin === undefined && this.#parts.party.accepts(origin);
  }

  /** Challenge and origin are ours already. */
  #expected({ challenge, origin }: ClientData) {
    return {
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: this.rpId,
      requireUserVerification: true,
    };
  }
}

function descriptorOf({ credentialId: id, transports }: PasskeyName): object {
  return { type: 'public-key', id, ...(transports.length > 0 && { transports }) };
}

/** The library throws for what it refuses, and its parsers for what they cannot read. */
async function unlessRefused<Result>(check: () => Promise<Result | null>): Promise<Result | null> {
  try {
    return await check();
  } catch {
    return null;
  }
}
