import { ratio } from './figures.js';

/** Ratios to a peer that the project wants, by keys of figures. */
const AIMS = { requestOtpNew: 1.25, requestOtpKnown: 1.25, verifyOtpFirst: 2.5, verifyOtpRight: 2.5, sessionCheck: 4 };
const WIDTHS = [26, 9, 9, 9, 12, 13, 11, 9, 13, 8];
const HEADINGS = [
  '',
  'calls/s',
  'p50 ms',
  'p99 ms',
  'service ms',
  'Postgres ms',
  'WAL bytes',
  'flushes',
  'SQL / trips',
  'floor',
];

/** What a run prints: a table for each subject, and then the comparisons. */
export function table({ subjects, ...about }) {
  const head = [`${about.date}, ${about.machine}, load ${about.load}; ${about.cores};`];
  head.push(`medians of ${about.turns} turns of ${about.calls} calls; ms of processor time per call`);
  const parts = Object.entries(subjects).flatMap(([name, figures]) =>
    name === 'floor' ? [] : ['', row([name, ...HEADINGS.slice(1)]), ...rows(figures, subjects.floor, name)],
  );
  return `${[...head, ...parts, ...comparisons(subjects), ...addedByGraphql(subjects)].join('\n')}\n`;
}

function rows(figures, floor, name) {
  return Object.entries(figures).map(([key, figure]) => {
    const part = name === 'service' && floor ? ratio(figure, floor[key]) : null;
    return row([
      figure.title,
      figure.perSecond.toFixed(0),
      figure.p50.toFixed(2),
      figure.p99.toFixed(2),
      ...[figure.serviceMs, figure.postgresMs].map((value) => value.toFixed(2)),
      figure.walBytes.toFixed(0),
      figure.flushes?.toFixed(2) ?? '–',
      figure.statements == null ? '–' : `${figure.statements} / ${figure.roundTrips}`,
      part?.perSecond.toFixed(2) ?? '–',
    ]);
  });
}

function row(cells) {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[index]))).join('');
}

function comparisons({ service, floor, ...others }) {
  return Object.entries(others).flatMap(([name, figures]) => [
    '',
    `service : ${name}`.padEnd(WIDTHS[0]) + 'calls/s'.padStart(10) + 'processor time'.padStart(16) + 'aim'.padStart(8),
    ...Object.entries(figures).map(([key, figure]) => {
      const times = ratio(service[key], figure);
      const cells = [times.perSecond.toFixed(2).padStart(10), times.processorTime.toFixed(2).padStart(16)];
      return `${figure.title.padEnd(WIDTHS[0])}${cells.join('')}${String(AIMS[key] ?? '–').padStart(8)}`;
    }),
  ]);
}

/** Milliseconds of processor time of the service, and how many of them are wanted. */
function addedByGraphql({ service, floor }) {
  if (!floor) return [];
  const added = Object.entries(service).map(([key, { title, serviceMs }]) => {
    const milliseconds = (serviceMs - floor[key].serviceMs).toFixed(2).padStart(8);
    return `${title.padEnd(WIDTHS[0])}${milliseconds}  (aim ${title.startsWith('me') ? 0.2 : 0.3})`;
  });
  return ['', 'ms that HTTP and GraphQL add to the floor', ...added];
}
