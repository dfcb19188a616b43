import { z } from 'zod';
import { textLimits } from '../platform/text-limits.js';

/** Parts of an answer are base64url. They are checked again where they are decoded. */
const bytes = z
  .string()
  .min(1)
  .max(textLimits.PASSKEY_PART.maximum)
  .regex(/^[\w-]+$/);
const LONGEST_ID = 1_364;
const credential = {
  id: bytes.max(LONGEST_ID),
  rawId: bytes.max(LONGEST_ID),
  type: z.literal('public-key'),
};

const registrationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,32}$/))
      .max(10)
      .catch([])
      .default([]),
  }),
});

const signInSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.nullish().transform((handle) => handle ?? null),
  }),
});

const clientDataSchema = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
  topOrigin: z.string().optional(),
  /** Of level 1. Nothing has come of it, but what stands there must be right. */
  tokenBinding: z.object({ status: z.enum(['present', 'supported', 'notSupported']) }).nullish(),
});

export type ClientData = z.output<typeof clientDataSchema>;
/** What a browser answers in a registration, in the JSON form of WebAuthn. */
export type RegistrationResponse = z.output<typeof registrationSchema>;
/** The same in a sign-in. */
export type SignInResponse = z.output<typeof signInSchema>;

export interface ReadResponse<Response> {
  readonly response: Response;
  readonly clientData: ClientData;
}

/** Null: it has not the form of such an answer. Nothing in it is believed yet. */
export function readRegistration(value: unknown): ReadResponse<RegistrationResponse> | null {
  return withClientData(registrationSchema.safeParse(value).data);
}

export function readSignIn(value: unknown): ReadResponse<SignInResponse> | null {
  return withClientData(signInSchema.safeParse(value).data);
}

function withClientData<Response extends { readonly response: { readonly clientDataJSON: string } }>(
  response: Response | undefined,
): ReadResponse<Response> | null {
  if (!response) return null;
  try {
    const json = Buffer.from(response.response.clientDataJSON, 'base64url').toString();
    const { data } = clientDataSchema.safeParse(JSON.parse(json));
    return data ? { response, clientData: data } : null;
  } catch {
    return null;
  }
}
