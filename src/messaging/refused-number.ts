import { addSeconds, isWrittenAhead } from '../platform/clock.js';
import type { NumberRefusal } from './refused-number.table.js';
import { numberRefusals } from './refused-number.table.js';

/** Seconds for which a refusal is kept. Opt-outs are kept for an hour, because the owner can opt in again at any time. */
const BELIEVED_FOR: Readonly<Record<NumberRefusal, number>> = {
  opted_out: 3_600,
  invalid_number: 86_400,
  not_on_channel: 86_400,
};

/** What a failure says of the number, if it says anything. */
export function numberRefusalOf(failure: string): NumberRefusal | null {
  return numberRefusals.find((refusal) => refusal === failure) ?? null;
}

export function believedFor(refusal: NumberRefusal): number {
  return BELIEVED_FOR[refusal];
}

/** Whether a refusal that is kept until `expiresAt` still counts. */
export function isBelieved({ refusal, expiresAt }: { refusal: NumberRefusal; expiresAt: Date }, now: Date): boolean {
  return expiresAt > now && !isWrittenAhead(addSeconds(expiresAt, -believedFor(refusal)), now);
}
