import { takeTurn } from './turn.js';

/**
 * So many calls of each operation come first and are not counted: Node.js compiles what runs often, and PostgreSQL settles on
 * plans. Decision 65 says why so many.
 */
const WARM_UP_CALLS = 2_500;

/**
 * Each subject warms up. Then they take turns, and another one begins each time.
 * @returns samples by the names of subjects and the keys of OPERATIONS, one for each turn
 */
export async function takeTurns(subjects, { turns, calls }) {
  const samples = Object.fromEntries(subjects.map(({ name }) => [name, {}]));
  for (const subject of subjects) {
    await takeTurn(subject, { calls: WARM_UP_CALLS, knownNumbers: subject.knownNumbers });
    process.stderr.write(`${subject.name}: warm\n`);
  }
  for (let turn = 0; turn < turns; turn += 1) {
    for (const subject of turn % 2 ? subjects : subjects.toReversed()) {
      const { knownNumbers } = subject;
      const taken = await takeTurn(subject, { calls, knownNumbers });
      process.stderr.write(`${subject.name}: turn ${turn + 1} of ${turns}\n`);
      for (const [key, sample] of Object.entries(taken)) {
        samples[subject.name][key] ??= [];
        samples[subject.name][key].push(sample);
      }
    }
  }
  return samples;
}
