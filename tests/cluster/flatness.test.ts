import { expect, test } from 'vitest';
import { type Minute, notFlat } from '../../cluster/flatness.js';

/** `npm run soak` judges memory and tables by itself. Here it is shown runs that are not flat. */

const MINUTES = 30;

/** A run of one process. */
function runOf(minute: (index: number) => { live?: number; resident?: number; rows?: number }): Minute[] {
  return Array.from({ length: MINUTES }, (_, index) => {
    const { live = 70, resident = 270, rows = 900 } = minute(index);
    return { memory: [{ live, resident }], tables: [{ name: 'messages', rows, most: 1_000 }] };
  });
}

test('a run that warms up and then goes up and down a little is flat', () => {
  const warm = (index: number) => Math.min(index, 9);
  const wave = (index: number) => Math.sin(index);
  expect(notFlat(runOf((index) => ({ live: 60 + warm(index) + wave(index) })))).toEqual([]);
  expect(notFlat(runOf((index) => ({ resident: 200 + 5 * warm(index) + 3 * wave(index) })))).toEqual([]);
});

test('a leak of a quarter of a megabyte a minute is not flat, although resident memory hides it', () => {
  expect(notFlat(runOf((index) => ({ live: 62 + index / 4 })))).toEqual([
    'live memory of process 1 grows: 1.04 times, at most 1.03',
  ]);
});

test('memory outside of JavaScript that grows is not flat', () => {
  expect(notFlat(runOf((index) => ({ resident: 200 + 2 * index })))).toEqual([
    'resident memory of process 1 grows: 1.09 times, at most 1.06',
  ]);
});

test('a table that was too large in one minute is not flat, and its largest size is told', () => {
  const rows = (index: number) => (index === 7 ? 1_001 : index === 8 ? 1_500 : 900);
  expect(notFlat(runOf((index) => ({ rows: rows(index) })))).toEqual(['messages has 1500 rows, at most 1000']);
});

test('a run of two minutes is judged by its tables only', () => {
  const short = runOf((index) => ({ live: 60 + 20 * index, rows: 2_000 })).slice(0, 2);
  expect(notFlat(short)).toEqual(['messages has 2000 rows, at most 1000']);
});
