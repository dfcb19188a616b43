import { takeTurn } from './turn.js';

/** Node.js compiles what runs often, and PostgreSQL settles on plans. */
const WARM_UP_TURNS = 2;

/**
 * The subjects take turns, and another one begins each time.
 * @returns samples by the names of subjects and the keys of OPERATIONS, one for each turn
 */
export async function takeTurns(subjects, { turns, calls }) {
  const samples = Object.fromEntries(subjects.map(({ name }) => [name, {}]));
  for (let turn = -WARM_UP_TURNS; turn < turns; turn += 1) {
    for (const subject of turn % 2 ? subjects : subjects.toReversed()) {
      const { knownNumbers } = subject;
      const taken = await takeTurn(subject, { calls, knownNumbers });
      process.stderr.write(`${subject.name}: turn ${turn + 1} of ${turns}\n`);
      if (turn < 0) continue;
      for (const [key, sample] of Object.entries(taken)) {
        samples[subject.name][key] ??= [];
        samples[subject.name][key].push(sample);
      }
    }
  }
  return samples;
}
