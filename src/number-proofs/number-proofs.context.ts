import type { RequestContext } from '../graphql/request-context.js';
import type { NumberProofs } from './number-proofs.js';

/** What the resolvers of this room need. */
export interface NumberProofContext extends RequestContext {
  readonly services: NumberProofs['services'];
}
