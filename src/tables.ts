import type { PgTable } from 'drizzle-orm/pg-core';
import { numberChangeTable } from './account/number-change.table.js';
import { auditEventTable } from './audit/audit-event.table.js';
import { auditFailureTable } from './audit/failures/audit-failure.table.js';
import { blockedDestinationTable } from './blocks/blocked-destination.table.js';
import { failureCountTable } from './budgets/failure-count.table.js';
import { guessBudgetTable } from './budgets/guess-budget.table.js';
import { rateBudgetTable } from './budgets/rate-budget.table.js';
import { cityTable } from './cities/city.table.js';
import { deviceTable } from './devices/device.table.js';
import { sendDayTable } from './costs/send-day.table.js';
import { eventDeliveryTable } from './events/event-delivery.table.js';
import { eventStreamTable } from './events/event-stream.table.js';
import { eventTable } from './events/event.table.js';
import { routeFactsTable } from './learned-routes/route-facts.table.js';
import { routeWatchTable } from './learned-routes/route-watch.table.js';
import { messageTable } from './messaging/message.table.js';
import { refusedNumberTable } from './messaging/refused-number.table.js';
import { spentProofTable } from './number-proofs/spent-proof.table.js';
import { numberPauseTable } from './otp/number-pause.table.js';
import { otpChallengeTable } from './otp/otp-challenge.table.js';
import { passkeyTable } from './passkeys/passkey.table.js';
import { spentChallengeTable } from './passkeys/spent-challenge.table.js';
import { proofCounterTable } from './pumping/proof-counter.table.js';
import { sendPauseTable } from './pumping/send-pause.table.js';
import { sessionTable } from './sessions/session.table.js';
import { signingKeyTable } from './sessions/signing-key.table.js';
import { codeRequestTable } from './sign-in/code-requests/code-request.table.js';
import { continuationTable } from './sign-in/continuation.table.js';
import { userNameTable } from './users/user-name.table.js';
import { userTable } from './users/user.table.js';

/** Every table that this build reads or writes (`*.table.ts`). A start looks for all of them in the database. */
export const tables: readonly PgTable[] = [
  auditEventTable,
  auditFailureTable,
  blockedDestinationTable,
  codeRequestTable,
  continuationTable,
  numberChangeTable,
  numberPauseTable,
  spentProofTable,
  failureCountTable,
  guessBudgetTable,
  rateBudgetTable,
  cityTable,
  deviceTable,
  eventTable,
  eventDeliveryTable,
  eventStreamTable,
  messageTable,
  refusedNumberTable,
  routeFactsTable,
  routeWatchTable,
  otpChallengeTable,
  passkeyTable,
  spentChallengeTable,
  proofCounterTable,
  sendDayTable,
  sendPauseTable,
  sessionTable,
  signingKeyTable,
  userNameTable,
  userTable,
];
