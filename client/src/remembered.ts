import type { OperationName } from './documents.js';
import { EMAIL_PURPOSES, type Field, FILLED } from './filled-fields.js';
import type { KeptValues } from './storage.js';

/** A code that was asked for. */
interface AskedCode {
  readonly phoneNumber?: unknown;
  readonly email?: unknown;
  /** The number as it was typed. */
  readonly typed?: unknown;
  readonly requestToken: unknown;
}

type Input = Readonly<Record<string, unknown>>;
type Codes = Record<string, AskedCode>;

const CODES = 'codes';

/** A number as it was typed, without what people write between its digits. */
export const letters = (text: unknown) => String(text).replace(/[\s()+./-]/g, '');
/** By the digits of E.164. Behind a name, or a number without its country, is probably who signed in last. */
const deviceOf = (identifier: unknown) => `device.${/^\+/.test(String(identifier)) ? letters(identifier) : 'last'}`;
/** A number of E.164 ends with how its country writes it. The service refuses a token with another number. */
const isSame = (known: unknown, given: unknown) => letters(known).endsWith(letters(given).replace(/^0/, ''));

/** What a user typed before, and what the service answered: numbers, tokens of requests, devices and sign-ins. */
export class Remembered {
  readonly #kept: KeptValues;
  /** By purpose. This tab's own come first; those of storage are for pages that were loaded again. */
  #codes: Codes | null = null;
  #continuation: { readonly token: unknown; readonly identifier: unknown } | null = null;

  constructor(kept: KeptValues) {
    this.#kept = kept;
  }

  /** The input with what is known and was left out. */
  async fill(name: OperationName, input: Input): Promise<Input> {
    const [purpose, ...fields]: readonly [string, ...Field[]] = FILLED[name] ?? [''];
    this.#codes ??= (await this.#kept.get<Codes>(CODES)) ?? {};
    const code = this.#codes[input['emailOtp'] ? (EMAIL_PURPOSES[name] ?? purpose) : purpose];
    const ofCode = codeFields(code, numberOf(input));
    const sent = ofCode['requestToken'] && code?.phoneNumber;
    const identifier = input['identifier'] ?? (sent || (numberOf(input) ?? this.#identifierFor(name)));
    const known: Input = {
      ...ofCode,
      deviceToken: fields.includes('deviceToken') && (await this.#kept.get(deviceOf(identifier))),
      continuationToken:
        (name === 'continueSignIn' || input['purpose'] === 'CONTINUE_SIGN_IN') && this.#continuation?.token,
    };
    return completed(input, fields, known);
  }

  /** Learns from an answer. */
  async learn(name: OperationName, input: Input, result: Input): Promise<void> {
    const identifier = input['identifier'] ?? numberOf(input) ?? this.#identifierFor(name);
    if (result['continuationToken']) this.#continuation = { token: result['continuationToken'], identifier };
    await this.#learnCode(name, input, result);
    if (!result['deviceToken']) return;
    this.#continuation = null;
    const { phoneNumber } = result['user'] as { phoneNumber: string | null };
    for (const each of [phoneNumber, null]) await this.#kept.set(deviceOf(each), result['deviceToken']);
  }

  async #learnCode(name: OperationName, input: Input, result: Input): Promise<void> {
    const codes = this.#codes ?? {};
    const { phoneNumber, email, requestToken } = result;
    const [purpose = ''] = FILLED[name] ?? [];
    if (requestToken) {
      codes[String(input['purpose'] ?? 'SIGN_IN')] = { phoneNumber, email, typed: numberOf(input), requestToken };
    } else if (String(result['__typename']).endsWith('Success') && codes[purpose]) delete codes[purpose];
    else return;
    await this.#kept.set(CODES, codes);
  }

  #identifierFor(name: OperationName): unknown {
    return name === 'continueSignIn' && this.#continuation?.identifier;
  }
}

const numberOf = (input: Input) => input['phoneNumber'] ?? input['email'];

/** What is known of a code, unless it was for another number than the one that is given. */
function codeFields(code: AskedCode | undefined, given: unknown): Input {
  if (!code || !given) return { ...code };
  const { requestToken, ...names } = code;
  return Object.values(names).some((known) => known && isSame(known, given)) ? { requestToken } : {};
}

/** The input with those of the fields that are known and were left out. */
function completed(input: Input, fields: readonly Field[], known: Input): Input {
  const full: Record<string, unknown> = { ...input };
  for (const field of fields) if (known[field] && full[field] === undefined) full[field] = known[field];
  if (fields.includes('phoneNumber') && numberOf(full) === undefined)
    throw new TypeError('Call requestOtp first, or give phoneNumber.');
  return full;
}
