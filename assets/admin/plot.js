import { el, svg } from './element.js';

/** Plots, drawn by hand. Each says in words what it shows. */

/** Shares at which the service logs a line: docs/sending-limits.md. */
const MARKS = [0.5, 0.8];

const percent = (part) => `${Math.min(100, Math.max(0, part * 100)).toFixed(2)}%`;

/** How much of something is spent. */
export function bar(part, said) {
  const tone = part >= 0.8 ? 'bad' : part >= 0.5 ? 'warn' : 'good';
  return svg(
    'svg',
    { class: 'bar', role: 'img', 'aria-label': said, width: '100%', height: '14' },
    svg('rect', { class: 'rail', width: '100%', height: '14', rx: '7' }),
    part > 0 && svg('rect', { class: `spent ${tone}`, width: percent(part), height: '14', rx: '7' }),
    MARKS.map((mark) => svg('line', { class: 'mark', x1: percent(mark), x2: percent(mark), y1: '0', y2: '14' })),
  );
}

const WIDTH = 600;
const HEIGHT = 64;

/**
 * How something went: samples of `{ at, spent }`, `at` in milliseconds. Nothing where nothing changed.
 */
export function course(samples, { limit, said }) {
  if (samples.every(({ spent }) => spent === samples[0].spent)) return null;
  const [first, last] = [samples[0], samples.at(-1)];
  const most = Math.max(limit * 0.05, ...samples.map(({ spent }) => spent));
  const x = (at) => ((at - first.at) / Math.max(1, last.at - first.at)) * WIDTH;
  const y = (spent) => HEIGHT - 4 - (spent / Math.max(most, Number.EPSILON)) * (HEIGHT - 8);
  const points = samples.map(({ at, spent }) => `${x(at).toFixed(1)},${y(spent).toFixed(1)}`);
  const minutes = Math.max(1, Math.round((last.at - first.at) / 60_000));
  const text = `The last ${minutes} min on this page: from ${said(first.spent)} to ${said(last.spent)}`;
  const plot = svg(
    'svg',
    {
      class: 'course',
      role: 'img',
      'aria-label': text,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
    },
    svg('polygon', { points: `0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}` }),
    svg('polyline', { points: points.join(' ') }),
  );
  return el('figure', {}, plot, el('figcaption', { class: 'hint', 'aria-hidden': 'true' }, text));
}
