import { expect, test } from 'vitest';
import { growth, medians, percentile, ratio, type Sample, together } from '../../bench/main/figures.js';

const sample: Sample = {
  calls: 4,
  milliseconds: 20,
  times: [1, 2, 3, 40],
  service: 0.008,
  postgres: 0.004,
  walBytes: 400,
};

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect([0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([100, 198, 200]);
  expect(percentile([7], 0.99)).toBe(7);
});

test('figures are those of one call', () => {
  const figures = { perSecond: 200, p50: 2, p99: 40, serviceMs: 2, postgresMs: 1, walBytes: 100 };
  expect(medians([sample])).toEqual(figures);
});

test('one slow turn of five changes no median', () => {
  const slow = { ...sample, milliseconds: 2_000, service: 1, times: [900, 900, 900, 900] };
  expect(medians([sample, sample, slow, sample, sample])).toEqual(medians([sample]));
});

test('calls that follow one another count together', () => {
  const second = { ...sample, milliseconds: 60, service: 0.024 };
  expect(medians([together([sample, second])])).toMatchObject({ perSecond: 100, serviceMs: 4, postgresMs: 1 });
});

test('a ratio above one speaks for the first, by throughput and by processor time', () => {
  const twice = { ...sample, milliseconds: 40, service: 0.016, postgres: 0.008 };
  expect(ratio(medians([sample]), medians([twice]))).toEqual({ perSecond: 2, processorTime: 2 });
});

test('growth is in percent of the figure before', () => {
  expect([growth(2, 3), growth(4, 3)]).toEqual([50, -25]);
});
