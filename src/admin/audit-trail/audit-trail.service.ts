import { validate as isUuid } from 'uuid';
import { type PhoneNumberRules, readPhoneNumber } from '../../phone/phone-number.js';
import type { Clock } from '../../platform/clock.js';
import { maskPhoneNumber } from '../../platform/mask-phone-number.js';
import { textLimits } from '../../platform/text-limits.js';
import type { Role } from '../../users/user.table.js';
import { type PageOutcome, type PageRequest, pageOf } from '../../platform/page.js';
import { newestFirst } from '../pages.js';
import { mayActAs } from '../staff.js';
import { type ShownKind, shownKind, storedKinds } from './audit-kinds.js';
import type { AuditCriteria, AuditEventRow, AuditTrailRepository } from './audit-trail.repository.js';
import { withMaskedNumbers } from './masking.js';

/** As typed; null: anything. */
export interface AuditFilter extends Omit<AuditCriteria, 'kinds'> {
  readonly kinds: readonly ShownKind[] | null;
}

/** An event as administrators see it. */
export interface AuditEntry extends Omit<AuditEventRow, 'kind'> {
  readonly kind: ShownKind;
}

export interface AuditTrailParts {
  readonly trail: AuditTrailRepository;
  readonly phoneNumbers: PhoneNumberRules;
  readonly clock: Clock;
}

/** Reads the audit trail. */
export class AuditTrailService {
  readonly #parts: AuditTrailParts;

  constructor(parts: AuditTrailParts) {
    this.#parts = parts;
  }

  /** @param reader whoever asks: SUPPORT sees no whole numbers. */
  list(filter: AuditFilter, page: PageRequest, reader: Role): Promise<PageOutcome<AuditEntry>> {
    const criteria = this.#criteriaOf(filter);
    const shown = mayActAs(reader, 'ADMIN') ? entryOf : maskedEntryOf;
    return pageOf(
      page,
      newestFirst(
        async (after, most) => (criteria ? (await this.#parts.trail.find(criteria, after, most)).map(shown) : []),
        ({ at, id }) => ({ at, id }),
      ),
    );
  }

  /** Null: nothing can match. */
  #criteriaOf(filter: AuditFilter): AuditCriteria | null {
    const { userId, actorId, actorName, kinds, ipAddress, requestId } = filter;
    if ([userId, actorId].some((id) => id !== null && !isUuid(id))) return null;
    if ([actorName, ipAddress, requestId].some((text) => text !== null && text.length > textLimits.EVENT_WORD.maximum))
      return null;
    const phoneNumber = this.#numberOf(filter.phoneNumber);
    if (phoneNumber === null && filter.phoneNumber !== null) return null;
    return {
      ...filter,
      kinds: kinds && storedKinds(kinds),
      phoneNumber,
      ipAddress: ipAddress?.trim().toLowerCase() ?? null,
      requestId: requestId?.trim().toLowerCase() ?? null,
    };
  }

  #numberOf(typed: string | null): string | null {
    if (typed === null) return null;
    const { phoneNumbers, clock } = this.#parts;
    const reading = readPhoneNumber(typed, phoneNumbers, clock.now());
    return reading.kind === 'phone_number' ? reading.phoneNumber : null;
  }
}

/** Users act for themselves unless the event names somebody else. */
function entryOf(row: AuditEventRow): AuditEntry {
  const actorId = row.actorId ?? (row.actorKind === 'USER' ? row.userId : null);
  return { ...row, actorId, kind: shownKind(row.kind) };
}

function maskedEntryOf(row: AuditEventRow): AuditEntry {
  const entry = entryOf(row);
  const { phoneNumber, details } = entry;
  return {
    ...entry,
    phoneNumber: phoneNumber && maskPhoneNumber(phoneNumber),
    details: withMaskedNumbers(details),
  };
}
