import { medians, together } from './figures.js';
import { OPERATIONS, SESSION_CHECK } from './operations.js';

/** The figures of a run, as they are printed and kept. */
export function result(samples, { flushes, statements, ...about }) {
  const subjects = Object.fromEntries(
    Object.entries(samples).map(([name, all]) => [
      name,
      figures(all, { flushes: flushes[name] ?? {}, statements: statements[name] ?? {} }),
    ]),
  );
  return { ...about, subjects };
}

function figures(all, { flushes, statements }) {
  const [first, second] = SESSION_CHECK.parts.map((key) => all[key]);
  const found = {};
  for (const [key, { title }] of Object.entries(OPERATIONS)) {
    if (!all[key]) continue;
    found[key] = { title, ...medians(all[key]), flushes: flushes[key] ?? null, ...statements[key] };
  }
  const twice = first.map((sample, turn) => together([sample, second[turn]]));
  return {
    ...found,
    sessionCheck: { title: SESSION_CHECK.title, ...medians(twice), flushes: null, ...statements.meSeen },
  };
}
