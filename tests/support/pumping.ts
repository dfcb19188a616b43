import { desc, inArray } from 'drizzle-orm';
import { auditEventTable } from '../../src/audit/audit-event.table.js';
import { sendPauseTable } from '../../src/pumping/send-pause.table.js';
import { signIn } from './operations/operations.js';
import type { TestService } from './service.js';

const REQUEST = `mutation ($input: RequestOtpInput!) {
  requestOtp(input: $input) {
    __typename
    ... on RequestOtpSuccess { message expiresAt resendAvailableAt codeLength pausedUntil }
    ... on TooManyRequestsError { retryAfterSeconds }
  }
}`;

export interface Answer {
  readonly __typename: string;
  readonly pausedUntil?: string | null;
}

/**
 * The settings under which the guard works in tests: elsewhere one test's numbers would get another one's paused. Texts
 * have a provider that sends, as in production: what is only shown to a developer is not withheld.
 */
export const GUARDED = {
  PUMPING_GUARD: 'on',
  SMS_PROVIDER: 'webhook',
  WEBHOOK_URL: 'http://gateway.test/send',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
} as const;

/** Asks for a code, and waits until the guard has made what it makes of it. */
export async function ask(service: TestService, phoneNumber: string, more: object = {}): Promise<Answer> {
  const { body } = await service.graphql(REQUEST, { input: { phoneNumber, ...more } });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  await service.background.pumpingGuard.idle();
  return body.data.requestOtp;
}

export function isPaused({ pausedUntil }: Answer): boolean {
  return typeof pausedUntil === 'string';
}

/** Asks for codes to so many numbers of a range and proves none; a minute between them, so that each has its time. */
export async function pump(service: TestService, range: string, times: number, from = 0): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let index = from; index < from + times; index += 1) {
    answers.push(await ask(service, numberIn(range, index)));
    service.clock.advance(60);
  }
  return answers;
}

/** Lets so many people of a range sign up, each once the guard has counted the one before. */
export async function signUp(service: TestService, range: string, times: number, from = 5000): Promise<void> {
  for (let index = from; index < from + times; index += 1) {
    await signIn(service, numberIn(range, index));
    await service.background.pumpingGuard.idle();
    service.clock.advance(60);
  }
}

/** Has a code sent to each of 32 new ranges all over the country, and types none. */
export async function spoilCountry(service: TestService): Promise<void> {
  for (let index = 0; index < 32; index += 1) {
    const operator = ['61', '62', '65', '66', '67', '68', '69', '73'][index % 8];
    await ask(service, numberIn(`255${operator}${Math.floor(index / 8)}10`, index));
    service.clock.advance(150);
  }
}

export function numberIn(range: string, index: number): string {
  return `+${range}${String(index).padStart(4, '0')}`;
}

export async function pausesOf({ db }: TestService) {
  return db.select().from(sendPauseTable);
}

/** What the audit trail says of pauses, the latest first. */
export async function pauseEvents({ db }: TestService) {
  return db
    .select({ kind: auditEventTable.kind, details: auditEventTable.details })
    .from(auditEventTable)
    .where(inArray(auditEventTable.kind, ['sends_paused', 'pause_lifted']))
    .orderBy(desc(auditEventTable.at), desc(auditEventTable.id));
}
