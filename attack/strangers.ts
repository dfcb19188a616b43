import { progress } from '../scripts/long-command.js';
import { freshAddress } from './addresses.js';
import { DAY, MINUTE, SECOND } from './campaign.js';
import { freshNumber } from './numbers.js';
import type { Part } from './part.js';
import { PasswordVictim } from './password-victim.js';
import type { Instance, Target } from './target.js';

/** Wrong guesses at numbers that nobody has. */
const EVERYWHERE = 1_000;
/** Wrong guesses at one number: all that its day has. */
const AT_ONE = 20;
const PARALLEL = 50;

/** Somebody who does what people do while strangers guess, and the answer. */
interface Outcome {
  readonly who: string;
  readonly answer: string;
  readonly met: boolean;
}

/** Strangers guess until the limits are used up. Whoever asked for a code signs in all the same. */
export async function attackOpenness(instance: Instance): Promise<Part<{ outcomes: readonly Outcome[] }>> {
  progress(`${EVERYWHERE} wrong guesses at numbers that nobody has`);
  const everywhere = await floodEverywhere(await instance.open());
  progress(`${AT_ONE} wrong guesses at one number`);
  const outcomes = [...everywhere, ...(await floodOne(await instance.open()))];
  const width = Math.max(...outcomes.map(({ who }) => who.length));
  const lines = outcomes.map(({ who, answer, met }) =>
    `  ${who.padEnd(width)}  ${answer} ${met ? '' : 'AIM MISSED'}`.trimEnd(),
  );
  return {
    name: 'signing in while strangers guess',
    met: outcomes.every(({ met }) => met),
    figures: { outcomes },
    lines,
  };
}

async function floodEverywhere(target: Target): Promise<Outcome[]> {
  const { api } = target;
  const owner = await PasswordVictim.register(target);
  const phoneNumber = freshNumber();
  const { requestToken } = await api.call('requestOtp', { phoneNumber });
  const otp = (await target.codeSentTo(phoneNumber)) ?? '';
  // Few networks, so that they use up what there is for all of them, and many more that are still clean.
  const networks = Array.from({ length: 100 }, () => freshAddress());
  const wrong = (index: number) => {
    const address = index % 2 ? networks[(index >> 1) % networks.length] : freshAddress();
    return api.call('verifyOtp', { phoneNumber: freshNumber(), otp: '000000' }, { address });
  };
  let refused = 0;
  for (let sent = 0; sent < EVERYWHERE; sent += PARALLEL) {
    const answers = await Promise.all(Array.from({ length: PARALLEL }, (_, index) => wrong(sent + index)));
    refused += answers.filter(({ kind }) => kind === 'TooManyRequestsError').length;
  }
  const [address] = networks;
  const right = await api.call('verifyOtp', { phoneNumber, otp, requestToken }, { address });
  const stopped = `${refused} of ${EVERYWHERE} wrong guesses are not looked at any more`;
  return [
    { who: 'the flood', answer: stopped, met: refused > 0 },
    outcome('right code, request token, from a network of the flood', right.kind),
    outcome('right password, from a clean network', (await owner.ownerSignsIn()).kind),
  ];
}

async function floodOne(target: Target): Promise<Outcome[]> {
  const { api } = target;
  const phoneNumber = freshNumber();
  const wrong = () => api.call('verifyOtp', { phoneNumber, otp: '000000' });
  for (let guesses = 0; guesses < 3; guesses += 1) await wrong();
  const early = await signIn(target, phoneNumber, 3);
  let guesses = 0;
  const end = (await target.now()) + DAY;
  while (guesses < AT_ONE && (await target.now()) < end) {
    const { retryAfterSeconds } = await wrong();
    guesses += 1;
    await target.advance(retryAfterSeconds === null ? SECOND : retryAfterSeconds * SECOND);
  }
  return [
    outcome('right code, request token, after 3 guesses at that code', early),
    outcome(`right code, request token, after ${guesses} guesses at the number`, await signIn(target, phoneNumber, 1)),
  ];
}

/** Asks for a code and types it, with guesses of strangers in between. */
async function signIn({ api, advance, codeSentTo }: Target, phoneNumber: string, strangers: number): Promise<string> {
  await advance(MINUTE);
  const { requestToken } = await api.call('requestOtp', { phoneNumber });
  const otp = await codeSentTo(phoneNumber);
  const wrong = otp === '000000' ? '111111' : '000000';
  for (let guess = 0; guess < strangers; guess += 1) await api.call('verifyOtp', { phoneNumber, otp: wrong });
  return (await api.call('verifyOtp', { phoneNumber, otp, requestToken })).kind;
}

function outcome(who: string, answer: string): Outcome {
  return { who, answer, met: answer.endsWith('Success') };
}
