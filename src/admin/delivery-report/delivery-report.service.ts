import type { BlockRepository } from '../../blocks/block.repository.js';
import { keysOfNumber } from '../../blocks/block-key.js';
import type { BlockRow } from '../../blocks/blocked-destination.table.js';
import { type DestinationRules, refusalOf } from '../../phone/destination.js';
import { type PhoneNumberReading, type PhoneNumberRules, readPhoneNumber } from '../../phone/phone-number.js';
import { phoneNumberProblem } from '../../phone/phone-number-problem.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import { addSeconds, type Clock } from '../../platform/clock.js';
import { subjectHash } from '../../platform/subject-hash.js';
import { rangesOf } from '../../pumping/number-ranges.js';
import { subjectOf } from '../../sign-in/code-requests/code-request.js';
import type { CodeRequestNotes } from '../../sign-in/code-requests/code-request-notes.js';
import { CODE_REQUESTS_KEPT } from '../../sign-in/code-requests/code-request.repository.js';
import { type PageOutcome, type PageRequest, pageOf } from '../../platform/page.js';
import { newestFirst } from '../pages.js';
import { type ShownPause, shownPause } from '../destinations/pauses.service.js';
import { type DeliveryCause, judge } from './decision.js';
import { explain, type Standing } from './explanation.js';
import type { KeptChallenge, KeptMessage, KeptRequest, NumberState, ReportRepository } from './report.repository.js';

/** Requests, and messages, of a report. */
export const MOST_REPORTED = 50;

/** Why a number got no code, and everything that it is judged by, the latest first. */
export interface DeliveryReport {
  /** E.164, or what was typed. */
  readonly phoneNumber: string;
  /** ISO 3166-1 alpha-2, or 001; null: a test number, or no number. */
  readonly country: string | null;
  readonly cause: DeliveryCause;
  readonly explanation: string;
  /** What is older is not in it. */
  readonly since: Date;
  readonly requests: readonly KeptRequest[];
  readonly challenges: readonly KeptChallenge[];
  readonly messages: readonly KeptMessage[];
  readonly lockedUntil: Date | null;
  readonly pauses: readonly ShownPause[];
  readonly blocks: readonly BlockRow[];
}

export interface DeliveryReportParts {
  readonly reports: ReportRepository;
  readonly blocks: BlockRepository;
  readonly codeRequests: Pick<CodeRequestNotes, 'idle'>;
  readonly phoneNumbers: PhoneNumberRules;
  readonly destinations: DestinationRules;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
}

const NOTHING: Found = { requests: [], messages: [], blocks: [], challenges: [], lockedUntil: null, pauses: [] };

interface Found extends NumberState {
  readonly requests: readonly KeptRequest[];
  readonly messages: readonly KeptMessage[];
  readonly blocks: readonly BlockRow[];
}

/** Answers "why did I get no code?" in one answer. */
export class DeliveryReportService {
  readonly #parts: DeliveryReportParts;

  constructor(parts: DeliveryReportParts) {
    this.#parts = parts;
  }

  /** @param typed a number in any spelling, or whatever a person typed in its place. */
  async report(typed: string): Promise<DeliveryReport> {
    const { clock, codeRequests, phoneNumbers } = this.#parts;
    const now = clock.now();
    const since = addSeconds(now, -CODE_REQUESTS_KEPT);
    const reading = readPhoneNumber(typed, phoneNumbers, now);
    // What this process has noted and not yet written.
    await codeRequests.idle();
    const found = await this.#find(reading, { since, now });
    const problem = phoneNumberProblem(reading, phoneNumbers)?.code ?? null;
    const judgement = judge({ subject: subjectKind(reading), ...found });
    const standing = this.#standing(reading, found);
    const country = countryOf(reading);
    const { lockedUntil, requests, challenges, messages, blocks } = found;
    return {
      phoneNumber: reading.kind === 'phone_number' ? reading.phoneNumber : typed,
      country,
      cause: judgement.cause,
      explanation: explain(judgement, { problem, country, standing, lockedUntil, since, block: blocks[0] ?? null }),
      ...{ since, lockedUntil, requests, challenges, messages, blocks },
      pauses: found.pauses.map(shownPause),
    };
  }

  /** Messages to a number, a page at a time; none where it is no number. */
  messages(typed: string, page: PageRequest): Promise<PageOutcome<KeptMessage>> {
    const { clock, phoneNumbers, reports } = this.#parts;
    const reading = readPhoneNumber(typed, phoneNumbers, clock.now());
    return pageOf(
      page,
      newestFirst(
        async (after, most) =>
          reading.kind === 'phone_number' ? reports.messages(reading.phoneNumber, { after, most }) : [],
        ({ createdAt: at, id }) => ({ at, id }),
      ),
    );
  }

  async #find(reading: PhoneNumberReading, { since, now }: { since: Date; now: Date }): Promise<Found> {
    const { reports, blocks, secrets } = this.#parts;
    const subject = subjectOf(reading);
    if (subject === null) return NOTHING;
    const hashed = subjectHash(secrets, subject);
    const requests = await reports.requests(hashed, since, MOST_REPORTED);
    if (reading.kind !== 'phone_number') return { ...NOTHING, requests };
    const { phoneNumber } = reading;
    const country = countryOf(reading);
    const { range = '', block = '' } = country === null ? {} : rangesOf(phoneNumber, country);
    const state = await reports.state({ phoneNumber, hashed, ranges: [range, block], now });
    const messages = await reports.messages(phoneNumber, { since, most: MOST_REPORTED });
    return { ...state, requests, messages, blocks: await blocks.ofNumber(keysOfNumber(phoneNumber, country), now) };
  }

  /** What stands in the way of a text now, whatever was asked for. */
  #standing(reading: PhoneNumberReading, { blocks }: Found): Standing | null {
    if (reading.kind !== 'phone_number') return null;
    if (blocks.length > 0) return 'blocked';
    return refusalOf(reading.destination, this.#parts.destinations, 'text');
  }
}

function subjectKind(reading: PhoneNumberReading): 'number' | 'test_number' | 'no_number' {
  if (reading.kind !== 'phone_number') return 'no_number';
  return reading.testCode === null ? 'number' : 'test_number';
}

function countryOf(reading: PhoneNumberReading): string | null {
  return reading.kind === 'phone_number' ? (reading.destination?.country ?? null) : null;
}
