import { seededRandom } from '../../tests/support/seeded-random.js';
import { MOODS, type Mood } from './gateway.js';

/** What is done to the service and to what it needs. */
export const ACTS = [
  'fail-over',
  'SIGTERM',
  'SIGKILL',
  'connections cut',
  'rolling restart',
  'standby restarts',
  'events refused',
] as const;

export type Act = (typeof ACTS)[number];

export interface PlannedMinute {
  /** Seconds after the minute began. */
  readonly moodAt: number;
  readonly mood: Mood;
  readonly moodSeconds: number;
  readonly actAt: number;
  readonly act: Act;
  /** Which of the processes it meets. */
  readonly victim: number;
}

/** The same seed gives the same plan. All acts come before one comes again, and all moods likewise. */
export function planFor(minutes: number, seed: number): PlannedMinute[] {
  const random = seededRandom(seed);
  const [acts, moods] = [deck(ACTS, random), deck(Object.keys(MOODS) as Mood[], random)];
  return Array.from({ length: minutes }, () => ({
    moodAt: 2 + Math.floor(random() * 8),
    mood: moods(),
    moodSeconds: 10 + Math.floor(random() * 10),
    actAt: 8 + Math.floor(random() * 20),
    act: acts(),
    victim: Math.floor(random() * 1000),
  }));
}

function deck<Card>(cards: readonly Card[], random: () => number): () => Card {
  let left: Card[] = [];
  return () => {
    if (left.length === 0) left = [...cards];
    const [card] = left.splice(Math.floor(random() * left.length), 1);
    if (card === undefined) throw new Error('a deck of no cards');
    return card;
  };
}
