import { progress } from '../scripts/long-command.js';
import { freshAddress, oneNetwork, rentedNetwork, rentedOperator } from './addresses.js';
import { DAY, MINUTE } from './campaign.js';
import { freshNumber } from './numbers.js';
import type { Part } from './part.js';
import type { Instance, Target } from './target.js';

/** Texts that each flood asks for, at one moment of the service's time. */
const FLOOD = 600;
const PARALLEL = 16;
/** People elsewhere who ask for a code right after a flood, as many as newcomers do in a busy five minutes. */
const NEWCOMERS = 60;
/** After so long, five minutes are out of the window. */
const FIVE_MINUTES = 5.5 * MINUTE;

export interface Flood {
  readonly flood: string;
  readonly sent: number;
  /** Newcomers elsewhere who were sent a code right after it, and after five and a half minutes. */
  readonly served: number;
  readonly servedLater: number;
  /** Whether a device that the number's account knows was sent its code right after it. */
  readonly deviceServed: boolean;
  readonly met: boolean;
}

/** One who asks for as many texts as there are, from one network or from everywhere, and what is left for the others. */
export async function attackWithFloods(instance: Instance): Promise<Part<{ floods: Flood[] }>> {
  const target = await instance.open();
  const floods: Flood[] = [];
  for (const [flood, address] of Object.entries({
    'one IPv6 /48': rentedNetwork(),
    'one IPv6 /32': rentedOperator(6),
    'one IPv4 /16': rentedOperator(4),
    'one IPv4 /24': oneNetwork(4),
    everywhere: freshAddress,
  })) {
    progress(`a flood of requests from ${flood}`);
    // Earlier floods do not count for this one.
    await target.advance(2 * DAY);
    floods.push(await play(target, flood, address));
  }
  const met = floods.every((flood) => flood.met);
  return { name: 'what a flood of requests leaves for others', met, figures: { floods }, lines: linesOf(floods) };
}

async function play(target: Target, flood: string, address: () => string): Promise<Flood> {
  const owner = await signIn(target);
  await target.advance(DAY);
  const sent = await ask(target, FLOOD, address);
  const { kind } = await target.api.call('requestOtp', owner);
  const deviceServed = kind === 'RequestOtpSuccess';
  const served = await ask(target, NEWCOMERS, freshAddress);
  await target.advance(FIVE_MINUTES);
  const servedLater = await ask(target, NEWCOMERS, freshAddress);
  // From everywhere, strangers cannot be told apart: they get the next five minutes. A network is kept from nobody's share.
  const elsewhere = flood === 'everywhere' || served === NEWCOMERS;
  return {
    flood,
    sent,
    served,
    servedLater,
    deviceServed,
    met: deviceServed && elsewhere && servedLater === NEWCOMERS,
  };
}

async function signIn(target: Target): Promise<{ phoneNumber: string; deviceToken: string | null }> {
  const phoneNumber = freshNumber();
  await target.api.call('requestOtp', { phoneNumber });
  const { deviceToken } = await target.api.call('verifyOtp', {
    phoneNumber,
    otp: await target.codeSentTo(phoneNumber),
  });
  return { phoneNumber, deviceToken };
}

/** How many of so many new numbers were sent a code. */
async function ask(target: Target, count: number, address: () => string): Promise<number> {
  let [asked, sent] = [0, 0];
  const worker = async () => {
    while (asked < count) {
      asked += 1;
      const answer = await target.api.call('requestOtp', { phoneNumber: freshNumber() }, { address: address() });
      if (answer.kind === 'RequestOtpSuccess') sent += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return sent;
}

function linesOf(floods: readonly Flood[]): string[] {
  const row = (name: string, cells: readonly (string | number)[]) =>
    `  ${name.padEnd(16)}${cells.map((cell) => String(cell).padStart(15)).join('')}`;
  return [
    `  ${FLOOD} requests at one moment; then ${NEWCOMERS} newcomers elsewhere, at once and after 5.5 minutes; a known device at once`,
    row('flood from', ['sent', 'newcomers', 'after 5.5 min', 'known device', 'aim met']),
    ...floods.map(({ flood, sent, served, servedLater, deviceServed, met }) =>
      row(flood, [sent, served, servedLater, deviceServed ? 'served' : 'REFUSED', met ? 'yes' : 'NO']),
    ),
  ];
}
