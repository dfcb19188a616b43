import type { Database } from '../database/database.js';
import type { OtpService } from '../otp/otp.service.js';
import type { PhoneConfig } from '../phone/phone.settings.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { SigningKeys } from '../sessions/signing-keys.js';
import { NumberProofTokens } from './number-proof-token.js';
import type { NumberProofConfig } from './number-proofs.settings.js';
import { ProveNumberRepository } from './prove-number.repository.js';
import { type ProveNumberParts, ProveNumberService } from './prove-number.service.js';
import { RedeemProofService } from './redeem-proof.service.js';
import { SpentProofRepository } from './spent-proof.repository.js';

export interface NumberProofRoomParts {
  readonly db: Database;
  readonly settings: NumberProofConfig & PhoneConfig;
  readonly otp: OtpService;
  readonly keys: SigningKeys;
  /** The issuer of proofs, as of access tokens. */
  readonly publicUrl: string;
  readonly guard: ProveNumberParts['guard'];
  readonly deliveries: ProveNumberParts['deliveries'];
  readonly clock: Clock;
  readonly random: Random;
}

export interface NumberProofs {
  readonly services: {
    readonly proveNumber: ProveNumberService;
    readonly redeemProof: RedeemProofService;
  };
  readonly chores: readonly Chore[];
}

/** Proofs of a number for applications with users of their own. */
export function createNumberProofs(parts: NumberProofRoomParts): NumberProofs {
  const { db, settings, publicUrl: issuer } = parts;
  const tokens = new NumberProofTokens({ ...parts, issuer });
  const spent = new SpentProofRepository(db);
  const rules = { phoneNumbers: settings.phoneNumbers, audiences: settings.proofs.audiences };
  return {
    services: {
      proveNumber: new ProveNumberService({ ...parts, proving: new ProveNumberRepository(db), tokens, rules }),
      redeemProof: new RedeemProofService({ tokens, spent }),
    },
    chores: [chore('spent proofs', spent)],
  };
}
