import { randomInt } from 'node:crypto';
import { progress } from '../scripts/long-command.js';
import { freshAddress } from './addresses.js';
import { COUNTRY_CODE, freshNumbers, ONE_COUNTRY } from './numbers.js';
import type { Part, PartOptions } from './part.js';
import { median, type Separation, separation, visibleShift } from './statistics.js';
import type { Instance, Target } from './target.js';
import { emailOf, knownAccounts } from './timing-accounts.js';

/** The allowed distance of the AUC from 0.5. A greater one would reveal who has an account. */
const AIM = 0.03;
const WARM_UP = 100;
/** Milliseconds between two requests. The service's work after an answer has ended by then. */
const PAUSE = 1;

interface Comparison {
  readonly name: string;
  readonly operation: 'requestOtp' | 'requestReset' | 'requestEmailOtp' | 'resetPassword' | 'login';
  readonly env: Readonly<Record<string, string>>;
  /** In a country that the pumping guard has paused: numbers without an account get no code. */
  readonly paused?: true;
  /** Known and unknown numbers differ by design. This shows that the measurement would notice a difference. */
  readonly control?: true;
}

const comparisons: readonly Comparison[] = [
  { name: 'requestOtp, UNKNOWN_PHONE=sign-up', operation: 'requestOtp', env: { UNKNOWN_PHONE: 'sign-up' } },
  { name: 'requestOtp, UNKNOWN_PHONE=register', operation: 'requestOtp', env: { UNKNOWN_PHONE: 'register' } },
  { name: 'requestOtp, RESET_PASSWORD', operation: 'requestReset', env: {} },
  { name: 'requestOtp, RESET_PASSWORD, reject', operation: 'requestReset', env: { UNKNOWN_PHONE: 'reject' } },
  { name: 'resetPassword, a wrong code', operation: 'resetPassword', env: {} },
  { name: 'requestOtp, range paused', operation: 'requestOtp', env: { PUMPING_GUARD: 'on' }, paused: true },
  {
    name: 'requestEmailOtp, RESET_PASSWORD',
    operation: 'requestEmailOtp',
    env: { DELIVERY_ROUTES: 'SMS=webhook EMAIL=webhook' },
  },
  { name: 'login', operation: 'login', env: {} },
  { name: 'control: UNKNOWN_PHONE=reject', operation: 'requestOtp', env: { UNKNOWN_PHONE: 'reject' }, control: true },
];

interface TimingResult extends Separation {
  readonly name: string;
  readonly control: boolean;
  readonly pairs: number;
  readonly medianKnown: number;
  readonly medianUnknown: number;
  /** The smallest difference in milliseconds that would miss the aim on this machine, at its load during the run. */
  readonly wouldSee: number;
  /** Whether all answers had one form. */
  readonly sameAnswers: boolean;
  readonly met: boolean;
}

/** Whether the time or the form of an answer reveals who has an account. */
export async function attackTiming(
  instance: Instance,
  { pairs }: PartOptions,
): Promise<Part<{ aim: number; comparisons: TimingResult[] }>> {
  const results: TimingResult[] = [];
  for (const comparison of comparisons) {
    progress(comparison.name);
    const target = await instance.open({ env: comparison.env, wide: true });
    if (comparison.paused) await pauseCountry(target);
    const result = await measure(target, comparison, comparison.control ? Math.ceil(pairs / 4) : pairs);
    results.push(result);
    // With 1,000 pairs, one of fifty runs misses the aim by chance. So a miss counts only if it happens twice.
    if (!result.met && !comparison.control) results.push(await measure(target, comparison, pairs, 'again'));
  }
  const missed = (name: string) => results.filter((result) => result.name.startsWith(name)).every(({ met }) => !met);
  const met = comparisons.every(({ name, control }) => control || !missed(name));
  const figures = { aim: AIM, comparisons: results };
  return { name: 'telling known numbers from unknown ones', met, figures, lines: lines(results) };
}

async function pauseCountry({ sql }: Target): Promise<void> {
  await sql`INSERT INTO send_pauses (key, paused_at, paused_until, strikes)
    VALUES (${`country:${COUNTRY_CODE}`}, now() - interval '1 year', now() + interval '1 year', 0)`;
}

async function measure(target: Target, comparison: Comparison, pairs: number, suffix = ''): Promise<TimingResult> {
  const { operation, name } = comparison;
  const numbers = freshNumbers(2 * (pairs + WARM_UP), ONE_COUNTRY);
  const [known, unknown] = [numbers.slice(0, pairs + WARM_UP), numbers.slice(pairs + WARM_UP)];
  await knownAccounts(target.sql, known);
  const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
  const shapes = new Set<string>();
  const address = freshAddress();
  for (let pair = 0; pair < pairs + WARM_UP; pair += 1) {
    // The order is random, so that effects of the first request on the second are equal for both.
    const order = randomInt(2) === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const kind of order) {
      const number = (kind === 'known' ? known : unknown)[pair] ?? '';
      const { milliseconds, shape } = await timed(target, operation, number, address);
      if (pair < WARM_UP) continue;
      times[kind].push(milliseconds);
      shapes.add(shape);
    }
  }
  const found = separation(times.known, times.unknown);
  requireSuccess(comparison, shapes);
  const sameAnswers = shapes.size === 1;
  return {
    ...{
      name: `${name}${suffix && `, ${suffix}`}`,
      control: comparison.control ?? false,
      pairs,
      sameAnswers,
      ...found,
    },
    ...{ medianKnown: median(times.known), medianUnknown: median(times.unknown) },
    wouldSee: visibleShift(times.unknown, 0.5 + AIM),
    met: Math.abs(found.auc - 0.5) <= AIM && sameAnswers,
  };
}

const REQUEST_OTP = `mutation ($input: RequestOtpInput!) { requestOtp(input: $input) {
    __typename ... on RequestOtpSuccess { message phoneNumber expiresAt resendAvailableAt codeLength }
    ... on UserError { message } } }`;

const DOCUMENTS = {
  requestOtp: REQUEST_OTP,
  requestReset: REQUEST_OTP,
  resetPassword: `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) {
    __typename ... on InvalidOtpError { attemptsRemaining } ... on UserError { message } } }`,
  requestEmailOtp: `mutation ($input: RequestEmailOtpInput!) { requestEmailOtp(input: $input) {
    __typename ... on RequestEmailOtpSuccess { message email expiresAt resendAvailableAt codeLength }
    ... on UserError { message } } }`,
  login: `mutation ($input: LoginInput!) { login(input: $input) {
    __typename ... on InvalidCredentialsError { attemptsRemaining } ... on UserError { message } } }`,
};

async function timed(target: Target, operation: Comparison['operation'], number: string, address: string) {
  const body = JSON.stringify({ query: DOCUMENTS[operation], variables: { input: inputOf(operation, number) } });
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  const began = performance.now();
  const answer = await target.api.send(body, { address });
  return {
    milliseconds: performance.now() - began,
    shape: answer.replace(number, '(number)').replace(emailOf(number), '(email)'),
  };
}

/** A refusal that asks no database takes the same time for everybody, and tells nothing of the service. */
function requireSuccess({ name, operation, control }: Comparison, shapes: ReadonlySet<string>): void {
  if (control || !operation.startsWith('request')) return;
  for (const shape of shapes) if (!shape.includes('Success"')) throw new Error(`${name} is refused: ${shape}`);
}

function inputOf(operation: Comparison['operation'], phoneNumber: string): object {
  switch (operation) {
    case 'login':
      return { identifier: phoneNumber, password: 'a wrong password' };
    case 'requestOtp':
      return { phoneNumber };
    case 'requestEmailOtp':
      return { email: emailOf(phoneNumber), purpose: 'RESET_PASSWORD' };
    case 'requestReset':
      return { phoneNumber, purpose: 'RESET_PASSWORD' };
    case 'resetPassword': {
      const newPassword = 'a passphrase nobody has yet';
      return { phoneNumber, otp: '000000', newPassword, newPasswordConfirm: newPassword };
    }
  }
}

function lines(results: readonly TimingResult[]): string[] {
  const row = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(42)} ${cells.map((cell) => cell.padStart(15)).join('')}`;
  return [
    `  ${results[0]?.pairs} pairs each, in random order on one connection; aim: AUC 0.5 ± ${AIM}, and one form of answer`,
    row('', ['AUC', '95 % interval', 'median known', 'unknown', 'would see', 'same answers', 'aim met']),
    ...results.map(({ name, auc, from, to, medianKnown, medianUnknown, wouldSee, sameAnswers, met, control }) =>
      row(name, [
        auc.toFixed(3),
        `${from.toFixed(3)}–${to.toFixed(3)}`,
        `${medianKnown.toFixed(2)} ms`,
        `${medianUnknown.toFixed(2)} ms`,
        `${wouldSee.toFixed(2)} ms`,
        sameAnswers ? 'yes' : 'no',
        control ? '–' : met ? 'yes' : 'NO',
      ]),
    ),
  ];
}
