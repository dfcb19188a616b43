import { growth } from '../main/figures.js';

/** What is compared. Times that callers wait for stand beside it, because other work on the machine changes them. */
const FIGURES = { p50: 'p50 ms', p99: 'p99 ms', serviceMs: 'service ms', postgresMs: 'Postgres ms', statements: 'SQL' };
const LEFT = 26;
const CELL = 16;

/** Each figure of each operation at each size, with its growth beside the first size. */
export function growthTable({ subjects, ...about }) {
  const sizes = Object.keys(subjects);
  const [first] = sizes;
  const head = [`${about.date}, ${about.machine}, load ${about.load}; ${about.cores};`];
  head.push(`medians of ${about.turns} turns of ${about.calls} calls; ms of processor time per call`);
  const parts = Object.entries(FIGURES).flatMap(([name, title]) => [
    '',
    title.padEnd(LEFT) + sizes.map((size) => size.padStart(CELL + 6)).join(''),
    ...Object.entries(subjects[first]).flatMap(([key, figure]) => {
      if (figure[name] == null) return [];
      const cells = sizes.map((size) => cell(subjects[size][key][name], size === first ? null : figure[name]));
      return [figure.title.padEnd(LEFT) + cells.join('')];
    }),
  ]);
  return `${[...head, ...parts].join('\n')}\n`;
}

function cell(value, before) {
  const percent = before === null ? null : growth(before, value);
  const grown = percent === null ? '' : `${percent < 0 ? '' : '+'}${percent.toFixed(0)} %`;
  return value.toFixed(2).padStart(CELL - 3) + grown.padStart(9);
}
