import { eq } from 'drizzle-orm';
import { type Role, userTable } from '../../../src/users/user.table.js';
import { ScriptedSender } from '../delivery/scripted-sender.js';
import { requestOtp, verifyOtp } from './operations.js';
import { openTestDatabase } from '../postgres/test-database.js';
import { GUARDED } from '../pumping.js';
import { startService, type TestService } from '../service.js';

export const TEST_NUMBER = '+15005550006';

export const REPORT = `query ($phoneNumber: String!) {
  deliveryReport(phoneNumber: $phoneNumber) {
    phoneNumber country cause explanation since lockedUntil
    requests { at purpose channel result reason budget retryAfterSeconds requestId ipAddress }
    challenges { purpose createdAt expiresAt sentAt consumedAt attempts }
    messages { id phoneNumber purpose channel status provider failure providerCode providerMessage attempts price priceCurrency }
    pauses { destination }
    blocks { reason }
  }
}`;

/** The settings of the service behind the desk. */
export const DESK_ENV = {
  ...{ ...GUARDED, ALLOWED_COUNTRIES: 'TZ,NP,US', DEFAULT_REGION: 'TZ', TEST_PHONES: `${TEST_NUMBER}=123456` },
  // Tests move the clock on by hours.
  ACCESS_TOKEN_TTL: '43200',
};

/** How mobile numbers of Tanzania begin. */
const OPERATORS = ['62', '65', '67', '68', '69', '71', '74', '75', '76', '77', '78'];

/** A service with a provider that does as it is told, and somebody who is asked "why did I get no code?". */
export async function openHelpDesk() {
  const database = await openTestDatabase();
  const provider = new ScriptedSender('webhook');
  const service = await startService({ database, env: DESK_ENV, sender: provider });
  let people = 0;

  /** Each in a block of its own, because the pumping guard is on. */
  function newNumber(): string {
    people += 1;
    const third = Math.floor(people / OPERATORS.length) % 10;
    return `+255${OPERATORS[people % OPERATORS.length]}${third}${String(people).padStart(5, '0')}0`;
  }

  async function signIn(phoneNumber: string): Promise<{ accessToken: string; id: string }> {
    await ask(phoneNumber);
    const answer = await verifyOtp(service, { phoneNumber, otp: provider.code(phoneNumber) });
    if (answer.__typename !== 'VerifyOtpSuccess') throw new Error(JSON.stringify(answer));
    // That its code was typed is noted at the message behind the answer.
    await service.background.deliveries.drain();
    return { accessToken: answer.tokens.accessToken, id: answer.user.id };
  }

  /** The access token of somebody with a role. */
  async function staff(role: Role): Promise<string> {
    const { accessToken, id } = await signIn(newNumber());
    await database.db.update(userTable).set({ role }).where(eq(userTable.id, id));
    return accessToken;
  }

  /** Asks for a code, and waits for what becomes of it behind the answer. */
  async function ask(phoneNumber: string, more: object = {}, by: TestService = service) {
    const answer = await requestOtp(by, { phoneNumber, ...more });
    await by.background.outbox.drain();
    // A report knows at once what its own process noted, and what another one did within a second.
    await by.background.codeRequests.idle();
    return answer;
  }

  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of REPORT.
  async function report(phoneNumber: string, token: string): Promise<any> {
    const { body } = await service.graphql(REPORT, { phoneNumber }, { token });
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    return body.data.deliveryReport;
  }

  /** What becomes of the next message. */
  function refuseNext(outcome: { reason: string; providerCode: string; providerMessage?: string }): void {
    provider.next({ kind: 'failed', ...outcome } as Parameters<typeof provider.next>[0]);
  }

  async function close(): Promise<void> {
    await service.close();
    await database.close();
  }

  return { database, provider, service, newNumber, signIn, staff, ask, report, refuseNext, close };
}

export type HelpDesk = Awaited<ReturnType<typeof openHelpDesk>>;
