import type { Origin } from '../../audit/origin.js';
import type { NoticeService } from '../../notices/notice.service.js';
import { roughDevice } from '../../notices/rough-device.js';
import type { PasskeyRow } from '../../passkeys/passkey.table.js';
import type { Passkeys } from '../../passkeys/passkeys.js';
import type { Clock } from '../../platform/clock.js';
import { type FieldProblem, FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import type { Random } from '../../platform/random.js';
import { shownTextProblem } from '../../platform/shown-text.js';
import { textLimits } from '../../platform/text-limits.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { askFor, type ReauthenticationRequired, strongStepUp, trustedFromIn } from '../../sessions/step-up.js';
import type { User } from '../../users/user.js';
import { type AddResult, MOST_PASSKEYS, type PasskeyRegistrationRepository } from './registration.repository.js';

export interface FinishRegistrationCommand {
  readonly session: LiveSession;
  /** What the browser answered, as it came. */
  readonly response: unknown;
  readonly name: string | null;
  readonly origin: Origin;
}

export type StartRegistrationOutcome =
  | { readonly kind: 'started'; readonly options: object }
  | ReauthenticationRequired
  | InvalidInput;

export type FinishRegistrationOutcome =
  | { readonly kind: 'added'; readonly passkey: PasskeyRow }
  | ReauthenticationRequired
  | InvalidInput
  /** The challenge is not this session's, too old, or was answered before. */
  | { readonly kind: 'invalid_token' }
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' };

export interface PasskeyRegistrationParts {
  readonly passkeys: Passkeys;
  readonly registrations: PasskeyRegistrationRepository;
  readonly notices: Pick<NoticeService, 'prepare' | 'send'>;
  readonly clock: Clock;
  readonly random: Random;
}

const INVALID_TOKEN = { kind: 'invalid_token' } as const;
const FULL: FieldProblem = {
  code: 'NOT_OFFERED',
  message: `An account has at most ${MOST_PASSKEYS} passkeys. Remove one first.`,
};
const NOT_ADDED: FieldProblem = { code: 'NOT_OFFERED', message: 'This service adds no passkeys (PASSKEY_POLICY).' };
const TAKEN: FieldProblem = { code: 'TAKEN', message: 'This passkey was added before.' };
const REFUSED: FieldProblem = { code: 'INVALID_FORMAT', message: 'This is no valid answer of an authenticator.' };

/** Passkeys that people add to their accounts (docs/decisions/0064). */
export class PasskeyRegistrationService {
  readonly #parts: PasskeyRegistrationParts;

  constructor(parts: PasskeyRegistrationParts) {
    this.#parts = parts;
  }

  async start(session: LiveSession): Promise<StartRegistrationOutcome> {
    const { passkeys, clock } = this.#parts;
    const { ceremonies, keys, adding } = passkeys;
    if (!ceremonies || !adding) return invalid('response', NOT_ADDED);
    const reauthentication = stepUpFor(session, clock.now());
    if (reauthentication) return reauthentication;
    const known = await keys.list([session.user.id]);
    if (known.length >= MOST_PASSKEYS) return invalid('response', FULL);
    const userHandle = known[0]?.userHandle ?? ceremonies.newHandle();
    const ceremony = { kind: 'registration', sessionId: session.id, userHandle } as const;
    const options = ceremonies.registrationOptions(ceremony, { shownName: shownName(session.user), known });
    return { kind: 'started', options };
  }

  async finish({ session, response, name, origin }: FinishRegistrationCommand): Promise<FinishRegistrationOutcome> {
    const { passkeys, registrations, notices, clock, random } = this.#parts;
    const { ceremonies, adding } = passkeys;
    if (!ceremonies || !adding) return invalid('response', NOT_ADDED);
    const problem = name === null ? null : passkeyNameProblem(name);
    if (problem) return invalid('name', problem);
    const now = clock.now();
    const reauthentication = stepUpFor(session, now);
    if (reauthentication) return reauthentication;
    const answer = ceremonies.answeredRegistration(response);
    if (answer?.challenge.kind !== 'registration' || !answer.challenge.isFor(session.id)) return INVALID_TOKEN;
    const { challenge } = answer;
    const checked = await ceremonies.checkRegistration(answer);
    if (!checked) return invalid('response', REFUSED);
    const { user, id: sessionId, deviceId } = session;
    const shown = name?.trim() ?? roughDevice(origin.userAgent) ?? 'Passkey';
    const added = { ...checked, id: random.rowId(clock), name: shown, trustedFrom: trustedFromIn(session, now) };
    const notice = { kind: 'passkey_added', details: { device: origin.userAgent } } as const;
    const told = notices.prepare(user, notice, now);
    const asking = { userId: user.id, sessionId, deviceId, now, origin };
    const result = await registrations.add({ ...asking, challenge, added, notices: told });
    if (result.kind === 'added') notices.send(told);
    return outcomeOf(result);
  }
}

function outcomeOf(result: AddResult): FinishRegistrationOutcome {
  switch (result.kind) {
    case 'added':
    case 'session_over':
      return result;
    case 'full':
      return invalid('response', FULL);
    case 'taken':
      return invalid('response', TAKEN);
    case 'spent':
      return INVALID_TOKEN;
  }
}

/**
 * As for a new password. An account that has verified nothing yet is anyone's who typed its number: a passkey in it would outlive
 * the owner's first code.
 */
function stepUpFor(session: LiveSession, now: Date): ReauthenticationRequired | null {
  const { phoneVerifiedAt, emailVerifiedAt } = session.user;
  if (phoneVerifiedAt === null && emailVerifiedAt === null) return askFor(['PHONE_OTP'], session);
  return strongStepUp(session, now);
}

/** What people choose the account by, on a device of theirs. It is kept there, and nowhere else. */
function shownName({ username, phoneNumber, email, firstName }: User): string {
  return username ?? phoneNumber ?? email ?? firstName ?? 'Account';
}

export function passkeyNameProblem(name: string): FieldProblem | null {
  return shownTextProblem(name, textLimits.PASSKEY_NAME.maximum);
}

function invalid(field: string, problem: FieldProblem): InvalidInput {
  const problems = new FieldProblems();
  problems.add(field, problem);
  return problems.toOutcome();
}
