import { limits } from './limits/limits.js';

/** The settings of sends; null: derived. */
export interface SendSettings {
  readonly perNumberPerHour: number;
  readonly perNumberPerDay: number;
  readonly perNetworkPerHour: number;
  readonly perCountryPerHour: number | null;
  readonly perDay: number | null;
  /** SPEND_PER_DAY; null: no limit. */
  readonly spendPerDay: Money | null;
}

export interface Money {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** The sizes that hold at a moment (docs/sending-limits.md). */
export interface SendLimits extends SendSettings {
  readonly perCountryPerHour: number;
  readonly perDay: number;
}

/** A sum of units fits into an integer of PostgreSQL. */
const MOST = 2_000_000_000;

/** A day, as long as nothing is known: `SENDS_PER_DAY` is unset and hardly any code was verified. */
export const LEAST_DAY = 10_000;
/** Where people verify three codes in four, this is three times the codes that were sent on the busiest day. */
const TIMES_BUSIEST_DAY = 4;
/** An hour of a country is one part in so many of the day: four fifths of the hour of all. */
export const COUNTRY_HOUR_OF_DAY = 10;

/**
 * The sizes, where the settings leave them open. Codes that were verified count, and not those that were sent: whoever has
 * codes sent and types none must not raise the limit of the next day.
 * @param busiestDay the most codes that were verified in a day of the last four weeks
 */
export function sendLimits(settings: SendSettings, busiestDay: number): SendLimits {
  const perDay = settings.perDay ?? Math.max(LEAST_DAY, TIMES_BUSIEST_DAY * busiestDay);
  const perCountryPerHour = settings.perCountryPerHour ?? Math.ceil(perDay / COUNTRY_HOUR_OF_DAY);
  return { ...settings, perDay, perCountryPerHour };
}

/** What is given out in five minutes, in an hour and in a day. Keys are windows in seconds. */
export interface Slices {
  readonly 300: number;
  readonly 3600: number;
  readonly 86400: number;
}

export const slices = [300, 3600, 86400] as const;

/** A part of each slice, at least one. */
export function partOfEach(each: Slices, part: { readonly times: number; readonly oneIn: number }): Slices {
  const of = (size: number) => Math.max(1, Math.floor((size * part.times) / part.oneIn));
  return { 300: of(each[300]), 3600: of(each[3600]), 86400: of(each[86400]) };
}

/** The service's slices: an hour is an eighth of the day, and five minutes a sixth of the hour. */
export function serviceSlices({ perDay }: SendLimits): Slices {
  const { sendsPerHour: hour, sendsPerFiveMinutes: fiveMinutes } = limits;
  const of = (oneIn: number) => Math.ceil(perDay / oneIn);
  return { 300: of(fiveMinutes.size.oneIn), 3600: of(hour.size.oneIn), 86400: perDay };
}

/** Money is spent in units of a ten-thousandth of the currency: a text costs at least a few of them. */
export const UNITS_OF_MONEY = 10_000;
/** A slice has at least so many units of the currency, or the day's: a smaller one would hold less than a few texts. */
const LEAST_MONEY = 5;

/** @param amount in units of the currency */
export function moneyUnits(amount: number): number {
  return Math.ceil(amount * UNITS_OF_MONEY);
}

/** The slices of money, parts of the day as those of the service; null: there is no limit. */
export function moneySlices({ spendPerDay }: SendLimits): Slices | null {
  if (spendPerDay === null) return null;
  const { sendsPerHour: hour, sendsPerFiveMinutes: fiveMinutes } = limits;
  const day = moneyUnits(spendPerDay.amount);
  const of = (oneIn: number) => Math.min(day, Math.max(Math.ceil(day / oneIn), moneyUnits(LEAST_MONEY)));
  return { 300: of(fiveMinutes.size.oneIn), 3600: of(hour.size.oneIn), 86400: day };
}

/** A country's slices: five minutes are a sixth of its hour, and the day is nine hours. */
export function countrySlices({ perCountryPerHour: hour }: SendLimits): Slices {
  const { sendsPerCountryAndFiveMinutes: fiveMinutes, sendsPerCountryAndDay: day } = limits;
  return { 300: Math.ceil(hour / fiveMinutes.size.oneIn), 3600: hour, 86400: Math.min(MOST, hour * day.size.times) };
}
