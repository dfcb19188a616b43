import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { progress } from '../scripts/long-command.js';
import { freshAddress, rentedNetwork } from './addresses.js';
import type { Answer } from './api.js';
import { HOUR } from './campaign.js';
import { freshNumber } from './numbers.js';
import type { Part } from './part.js';
import type { Instance, Target } from './target.js';

/** Registrations of the flood, and the milliseconds between two of them: six times the pace of 1,000 a minute. */
const FLOOD = 1_000;
const PACE_MS = 10;
/** Registrations under way at once. */
const PARALLEL = 90;
const LOGIN_AIM_MS = 1_000;
const PASSWORD = 'the password of somebody';
/** Registrations without a code that one IPv6 /48, and all together, may make of a day's in five minutes. */
const [SHARE_OF_A_48, SHARE_OF_ALL] = [480, 48];

interface Bounded {
  readonly name: string;
  readonly sent: number;
  readonly made: number;
  readonly aim: number;
}

interface RegistrationFigures {
  readonly bounded: readonly Bounded[];
  /** Others could register while the /48 was refused. */
  readonly othersServed: boolean;
  readonly flood: { readonly made: number; readonly refused: number; readonly refusedWithoutWait: number };
  /** Milliseconds. */
  readonly logins: { readonly count: number; readonly longest: number };
  /** The owner registered with names that the attacker had registered before. */
  readonly namesFree: boolean;
}

/** Registrations without a code: as many as the limits allow, and as many as there can be. */
export async function attackRegistrations(instance: Instance): Promise<Part<RegistrationFigures>> {
  const limited = await instance.open({ env: { PUMPING_GUARD: 'off' } });
  const perDay = Number(limited.settings['REGISTRATIONS_PER_DAY']);
  progress('registrations from one IPv6 /48');
  const of48 = await registerMany(limited, { count: 300, address: rentedNetwork() });
  const othersServed = (await register(limited)).kind === 'RegisterSuccess';
  await limited.advance(2 * HOUR);
  progress('registrations from everywhere');
  const ofAll = await registerMany(limited, { count: 500, address: freshAddress });
  progress('registrations and logins at the same time');
  const wide = await instance.open({ wide: true });
  const namesFree = await registersAfterStranger(wide);
  const found = await floodBeside(wide);
  const bounded = [
    { name: 'from one IPv6 /48', ...countsOf(of48), aim: Math.ceil(perDay / SHARE_OF_A_48) },
    { name: 'from everywhere', ...countsOf(ofAll), aim: Math.ceil(perDay / SHARE_OF_ALL) },
  ];
  const figures = { bounded, othersServed, namesFree, ...found };
  return { name: 'registrations without a code', met: isMet(figures), figures, lines: linesOf(figures) };
}

function isMet({ bounded, othersServed, namesFree, flood, logins }: RegistrationFigures): boolean {
  const within = bounded.every(({ made, aim }) => made <= aim);
  return within && othersServed && namesFree && flood.refusedWithoutWait === 0 && logins.longest <= LOGIN_AIM_MS;
}

function formOf(name: string, phoneNumber: string) {
  const names = { email: `${name}@example.com`, username: name, firstName: 'A', lastName: 'B' };
  return { ...names, phoneNumber, password: PASSWORD, passwordConfirm: PASSWORD };
}

function someName(): string {
  return `somebody${randomInt(2 ** 40)}`;
}

function register({ api }: Target, address = freshAddress(), name = someName()): Promise<Answer> {
  return api.call('register', formOf(name, freshNumber()), { address });
}

/** Sends them as fast as the service answers, or with so many milliseconds between two of them. */
async function registerMany(
  target: Target,
  { count, address, paceMs = 0 }: { count: number; address: () => string; paceMs?: number },
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const began = performance.now();
  let sent = 0;
  const worker = async () => {
    while (sent < count) {
      sent += 1;
      const early = began + sent * paceMs - performance.now();
      if (early > 0) await pause(early);
      answers.push(await register(target, address()));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return answers;
}

function countsOf(answers: readonly Answer[]) {
  return { sent: answers.length, made: answers.filter(({ kind }) => kind === 'RegisterSuccess').length };
}

/** An attacker registers with names, and then their owner does, with a code. Returns whether the owner can. */
async function registersAfterStranger(target: Target): Promise<boolean> {
  const [name, phoneNumber] = [someName(), freshNumber()];
  await register(target, freshAddress(), name);
  await target.api.call('requestOtp', { phoneNumber });
  const verificationCode = await target.codeSentTo(phoneNumber);
  const owner = await target.api.call('register', { ...formOf(name, phoneNumber), verificationCode });
  return owner.kind === 'RegisterSuccess';
}

/** An owner signs in again and again while the flood is under way, without limits on its size. */
async function floodBeside(target: Target): Promise<Pick<RegistrationFigures, 'flood' | 'logins'>> {
  const identifier = someName();
  await register(target, freshAddress(), identifier);
  let isOver = false;
  const flooding = registerMany(target, { count: FLOOD, address: freshAddress, paceMs: PACE_MS }).finally(() => {
    isOver = true;
  });
  let [count, longest] = [0, 0];
  while (!isOver) {
    const before = performance.now();
    const { kind } = await target.api.call('login', { identifier, password: PASSWORD });
    if (kind !== 'LoginSuccess') throw new Error(`The owner was answered with ${kind}.`);
    longest = Math.max(longest, performance.now() - before);
    count += 1;
  }
  const answers = await flooding;
  const refused = answers.filter(({ kind }) => kind === 'TooManyRequestsError');
  const refusedWithoutWait = refused.filter(({ retryAfterSeconds }) => !retryAfterSeconds).length;
  const { made } = countsOf(answers);
  return { flood: { made, refused: refused.length, refusedWithoutWait }, logins: { count, longest } };
}

function linesOf({ bounded, othersServed, namesFree, flood, logins }: RegistrationFigures): string[] {
  return [
    ...bounded.map(
      ({ name, sent, made, aim }) => `  ${name}, ${sent} sent: ${made} accounts made; aim: at most ${aim}`,
    ),
    `  somebody else registers while the /48 is refused: ${othersServed ? 'yes' : 'NO'}`,
    `  an owner registers with names that a stranger has registered: ${namesFree ? 'yes' : 'NO'}`,
    `  ${FLOOD}, one each ${PACE_MS} ms, without these limits: ${flood.made} made, ${flood.refused} refused, ${flood.refusedWithoutWait} of them without a wait`,
    `  ${logins.count} logins meanwhile, the longest ${Math.round(logins.longest)} ms; aim: at most ${LOGIN_AIM_MS} ms`,
  ];
}
