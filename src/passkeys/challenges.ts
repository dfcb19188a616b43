import { createHmac, timingSafeEqual } from 'node:crypto';
import { stringify } from 'uuid';
import type { AppSecret, AppSecrets } from '../platform/app-secret.js';
import { addSeconds, type Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';

/** Seconds for which a challenge can be answered. */
export const CHALLENGE_SECONDS = 300;

/** What a challenge is for. It is good for nothing else. */
export type Ceremony =
  /** Adds a passkey: in this session, with this user handle (base64url). */
  | { readonly kind: 'registration'; readonly sessionId: string; readonly userHandle: string }
  /** Signs in: to the account of the number, or to any. */
  | { readonly kind: 'sign_in'; readonly phoneNumber: string | null }
  /** Proves anew who the user of this session is. */
  | { readonly kind: 'reauthentication'; readonly sessionId: string };

/** A challenge of ours that was answered in time. It may have been answered before. */
export interface AnsweredChallenge {
  /** A UUID that begins with the time when the challenge ends, so that ids sort by it. */
  readonly id: string;
  readonly expiresAt: Date;
  readonly kind: Ceremony['kind'];
  /** Base64url; empty except in registrations. */
  readonly userHandle: string;
  /** Whether it was given out for this session or this number; null: for no number. */
  isFor(subject: string | null): boolean;
}

const KINDS = ['registration', 'sign_in', 'reauthentication'] as const;
/** Bytes. The end is the first part of the id. */
const [END, ID, SUBJECT, TAG] = [4, 16, 16, 16];
const HEAD = 1 + ID + SUBJECT;
const LONGEST = 256;

/**
 * Challenges are signed and not kept, so asking for them fills no table, however often that is done. The bytes are: kind, id
 * (the end, and random bytes), a keyed hash of whom the challenge is for, the user handle (in registrations), and a keyed hash of all that.
 */
export class PasskeyChallenges {
  readonly #secrets: AppSecrets;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor({ secrets, clock, random }: { secrets: AppSecrets; clock: Clock; random: Random }) {
    this.#secrets = secrets;
    this.#clock = clock;
    this.#random = random;
  }

  /** Base64url. */
  issue(ceremony: Ceremony): string {
    const { current } = this.#secrets;
    const head = Buffer.alloc(1 + ID);
    head.writeUInt8(KINDS.indexOf(ceremony.kind));
    head.writeUInt32BE(Math.floor(addSeconds(this.#clock.now(), CHALLENGE_SECONDS).getTime() / 1000), 1);
    this.#random.bytes(ID - END).copy(head, 1 + END);
    const handle = ceremony.kind === 'registration' ? Buffer.from(ceremony.userHandle, 'base64url') : Buffer.alloc(0);
    const body = Buffer.concat([head, subjectTag(current, subjectOf(ceremony)), handle]);
    return Buffer.concat([body, tag(current, body)]).toString('base64url');
  }

  /** Null for anything but a challenge of ours that is not too old. */
  read(challenge: string): AnsweredChallenge | null {
    if (challenge.length > LONGEST) return null;
    const bytes = Buffer.from(challenge, 'base64url');
    if (bytes.length < HEAD + TAG) return null;
    const body = bytes.subarray(0, -TAG);
    const secret = this.#signerOf(body, bytes.subarray(-TAG));
    const kind = KINDS[body.readUInt8()];
    const expiresAt = new Date(body.readUInt32BE(1) * 1000);
    if (!secret || kind === undefined || expiresAt <= this.#clock.now()) return null;
    const subject = body.subarray(1 + ID, HEAD);
    return {
      kind,
      expiresAt,
      id: stringify(asUuid(body.subarray(1, 1 + ID))),
      userHandle: body.subarray(HEAD).toString('base64url'),
      isFor: (asked) => timingSafeEqual(subject, subjectTag(secret, asked)),
    };
  }

  #signerOf(body: Buffer, given: Buffer): AppSecret | null {
    const { current, previous } = this.#secrets;
    const known = previous ? [current, previous] : [current];
    return known.find((secret) => timingSafeEqual(tag(secret, body), given)) ?? null;
  }
}

function subjectOf(ceremony: Ceremony): string | null {
  return ceremony.kind === 'sign_in' ? ceremony.phoneNumber : ceremony.sessionId;
}

/** For challenges that are for no number, as most are. They all have the same. */
const tagsOfNone = new WeakMap<AppSecret, Buffer>();

/** Says nothing of the subject to those who do not have the key. */
function subjectTag(secret: AppSecret, subject: string | null): Buffer {
  const known = subject === null ? tagsOfNone.get(secret) : undefined;
  if (known) return known;
  const made = keyed(secret, `subject ${subject ?? ''}`).subarray(0, SUBJECT);
  if (subject === null) tagsOfNone.set(secret, made);
  return made;
}

function tag(secret: AppSecret, body: Buffer): Buffer {
  return keyed(secret, body).subarray(0, TAG);
}

function keyed(secret: AppSecret, data: string | Buffer): Buffer {
  return createHmac('sha256', secret.key('passkey-challenge')).update(data).digest();
}

/** The first id, in their order, of a challenge that ends at this time. */
export function firstIdOf(end: Date): string {
  return `${Math.floor(end.getTime() / 1000)
    .toString(16)
    .padStart(2 * END, '0')}-0000-0000-0000-000000000000`;
}

/** Bytes as a UUID of version 8 (RFC 9562), whose form columns of this type expect. */
function asUuid(bytes: Uint8Array): Uint8Array {
  const id = Uint8Array.from(bytes);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x80;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return id;
}
