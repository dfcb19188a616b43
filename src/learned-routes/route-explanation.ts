import type { ProviderName } from '../providers/message-sender.js';
import type { Standing } from './route-choice.js';
import { ROUTING } from './route-parameters.js';

export interface Explained {
  readonly standing: Standing | 'settled';
  readonly part: number;
  readonly tries: number;
}

/** Why a provider has its place, in a sentence or two. */
export function explain({ standing, part, tries }: Explained, first: ProviderName): string {
  const tried = `It gets ${percent(part)} of the codes first`;
  switch (standing) {
    case 'settled':
      return 'The settings say its place.';
    case 'first':
      return tries < ROUTING.knownFrom
        ? `It is first by its place in the settings: fewer than ${ROUTING.knownFrom} codes are known of each provider.`
        : 'It costs least for a verified number, of those that deliver well enough.';
    case 'rival':
      return `It may turn out cheaper than ${first}. ${tried}, to find out.`;
    case 'dear':
      return `It costs more than ${first} for a verified number. ${tried}, in case that changes.`;
    case 'below_floor':
      return `Its share is clearly lower than the best one, by more than ${percent(ROUTING.tolerance)}. ${tried}, to see when it is better.`;
    case 'unknown':
      return `Fewer than ${ROUTING.knownFrom} codes are known of it. ${tried}, to know more.`;
  }
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)} %`;
}
