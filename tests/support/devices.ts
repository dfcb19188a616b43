import { eq } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { guessBudgetTable } from '../../src/budgets/guess-budget.table.js';
import { deviceTable } from '../../src/devices/device.table.js';
import { requestOtp, verifyOtp, wrongCode } from './operations/operations.js';
import type { TestService } from './service.js';

/** Devices that keep their token, as an app does, and what the database knows of them. */

export interface Device {
  readonly deviceToken: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly userId: string;
  readonly sessionId: string;
}

/** Signs in by code, a minute after the last time, on a new device or on one that has a token. */
export async function signInOn(service: TestService, phoneNumber: string, deviceToken?: string): Promise<Device> {
  service.clock.advance(60);
  const { __typename } = await requestOtp(service, { phoneNumber, deviceToken });
  if (__typename !== 'RequestOtpSuccess') throw new Error(`No code: ${__typename}`);
  const answer = await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber), deviceToken });
  if (answer.__typename !== 'VerifyOtpSuccess') throw new Error(`Not signed in: ${JSON.stringify(answer)}`);
  const { accessToken, refreshToken } = answer.tokens;
  const sessionId = String(decodeJwt(accessToken)['sid']);
  return { deviceToken: answer.deviceToken, accessToken, refreshToken, userId: answer.user.id, sessionId };
}

export function deviceIdOf(deviceToken: string): string {
  return String(decodeJwt(deviceToken)['dev']);
}

/** Wrong codes from a device, or from a stranger; the last answer. */
export async function guessCodes(service: TestService, phoneNumber: string, times: number, deviceToken?: string) {
  const sent = service.phone.to(phoneNumber).length > 0;
  const otp = sent ? wrongCode(service.phone.code(phoneNumber)) : '000000';
  let answer: Awaited<ReturnType<typeof verifyOtp>>;
  for (let guess = 0; guess < times; guess += 1) answer = await verifyOtp(service, { phoneNumber, otp, deviceToken });
  return answer;
}

export async function devicesOf({ db }: Pick<TestService, 'db'>, userId: string): Promise<string[]> {
  const rows = await db.select().from(deviceTable).where(eq(deviceTable.userId, userId));
  return rows.map(({ id }) => id).sort();
}

/** Wrong guesses that count against a budget at present. */
export async function failuresAt({ db }: Pick<TestService, 'db'>, subject: string): Promise<number> {
  const [row] = await db.select().from(guessBudgetTable).where(eq(guessBudgetTable.subject, subject));
  return row?.failures.length ?? 0;
}
