import type { Actor } from '../../audit/origin.js';
import type { BlockRow } from '../../blocks/blocked-destination.table.js';
import { blockKey, type BlockSubject } from '../../blocks/block-key.js';
import type { BlockRepository } from '../../blocks/block.repository.js';
import { validate as isUuid } from 'uuid';
import { isCountry } from '../../phone/country.js';
import { type PhoneNumberRules, readPhoneNumber } from '../../phone/phone-number.js';
import { phoneNumberProblem } from '../../phone/phone-number-problem.js';
import type { Clock } from '../../platform/clock.js';
import {
  type FieldProblem,
  FieldProblems,
  type InvalidInput,
  invalidFormat,
  REQUIRED,
} from '../../platform/field-problems.js';
import type { Random } from '../../platform/random.js';
import { type PageOutcome, type PageRequest, pageOf } from '../../platform/page.js';
import { newestFirst } from '../pages.js';
import { endProblem, inOneLine, reasonProblem } from '../reason.js';

/** One of `phoneNumber`, `prefix` and `country`, as typed. */
export interface BlockForm {
  readonly phoneNumber: string | null;
  readonly prefix: string | null;
  readonly country: string | null;
  readonly reason: string;
  readonly until: Date | null;
}

export interface BlocksParts {
  readonly blocks: BlockRepository;
  readonly phoneNumbers: PhoneNumberRules;
  readonly clock: Clock;
  readonly random: Random;
}

const ONE_OF = 'Give one of phoneNumber, prefix and country.';
const SEVERAL: FieldProblem = { code: 'NOT_OFFERED', message: `${ONE_OF} Not several.` };
const UNKNOWN_COUNTRY: FieldProblem = {
  code: 'UNKNOWN_COUNTRY',
  message: 'Give the two letters of a country (ISO 3166-1), for example NP.',
};
/** The code of a country, or a longer beginning: nothing shorter than what one country has. */
const PREFIX = /^\+[1-9]\d{0,14}$/;

/** Where nothing is sent, because an administrator says so. */
export class BlocksService {
  readonly #parts: BlocksParts;

  constructor(parts: BlocksParts) {
    this.#parts = parts;
  }

  async block(form: BlockForm, actor: Actor): Promise<{ kind: 'blocked'; block: BlockRow } | InvalidInput> {
    const { blocks, clock, random } = this.#parts;
    const now = clock.now();
    const problems = new FieldProblems();
    const subject = this.#subjectOf(form, problems);
    problems.add('reason', reasonProblem(form.reason));
    problems.add('until', endProblem(form.until, now));
    if (!subject || problems.found) return problems.toOutcome();
    const { reason, until } = form;
    const id = random.rowId(clock);
    return {
      kind: 'blocked',
      block: await blocks.add({ id, key: blockKey(subject), reason: inOneLine(reason), until, now, actor }),
    };
  }

  /** Null: there is no such block. */
  async unblock(id: string, actor: Actor): Promise<BlockRow | null> {
    if (!isUuid(id)) return null;
    return this.#parts.blocks.remove({ id, now: this.#parts.clock.now(), actor });
  }

  /** Those that hold, the newest first. */
  list(request: PageRequest): Promise<PageOutcome<BlockRow>> {
    const { blocks, clock } = this.#parts;
    return pageOf(
      request,
      newestFirst(
        (after, most) => blocks.list({ after, most, now: clock.now() }),
        ({ createdAt, id }) => ({ at: createdAt, id }),
      ),
    );
  }

  #subjectOf({ phoneNumber, prefix, country }: BlockForm, problems: FieldProblems): BlockSubject | null {
    const given = Object.entries({ phoneNumber, prefix, country }).filter(([, value]) => value !== null);
    if (given.length === 0) problems.add('phoneNumber', { ...REQUIRED, message: ONE_OF });
    for (const [field] of given.slice(1)) problems.add(field, SEVERAL);
    if (problems.found) return null;
    if (prefix !== null) return readPrefix(prefix, problems);
    if (country !== null) return readCountry(country, problems);
    return this.#readNumber(phoneNumber ?? '', problems);
  }

  #readNumber(typed: string, problems: FieldProblems): BlockSubject | null {
    const { phoneNumbers, clock } = this.#parts;
    const reading = readPhoneNumber(typed, phoneNumbers, clock.now());
    if (reading.kind === 'phone_number') return { kind: 'number', phoneNumber: reading.phoneNumber };
    problems.add('phoneNumber', phoneNumberProblem(reading, phoneNumbers));
    return null;
  }
}

function readPrefix(typed: string, problems: FieldProblems): BlockSubject | null {
  const prefix = typed.replace(/[\s()-]/g, '');
  if (PREFIX.test(prefix)) return { kind: 'prefix', prefix };
  problems.add('prefix', invalidFormat('Begin with + and the code of the country, for example +97798.'));
  return null;
}

function readCountry(typed: string, problems: FieldProblems): BlockSubject | null {
  const country = typed.trim().toUpperCase();
  if (isCountry(country)) return { kind: 'country', country };
  problems.add('country', UNKNOWN_COUNTRY);
  return null;
}
