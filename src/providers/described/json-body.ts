import { fill, type Values } from './template.js';

/** JSON as a description has it. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** `{ "$by": "{alphabet}", "values": { "GSM-7": 0, "UCS-2": 8 }, "else": … }`: a value that depends on another one. */
export interface Choice {
  readonly $by: string;
  readonly values: Readonly<Record<string, Json>>;
  readonly else?: Json;
}
/** `{ "$number": "{secondsLeft}", "least": 5, "most": 10799 }`: a number and no text, within bounds. */
export interface NumberOf {
  readonly $number: string;
  readonly least?: number;
  readonly most?: number;
}

export function isChoice(json: unknown): json is Choice {
  return isObject(json) && '$by' in json;
}

export function isNumberOf(json: unknown): json is NumberOf {
  return isObject(json) && '$number' in json;
}

function isObject(json: unknown): json is object {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/**
 * JSON with its placeholders filled. Undefined: it names something that is absent. A member or entry without a value is left
 * out, and so is what has lost all its members or entries by that.
 */
export function filledJson(json: unknown, values: Values): Json | undefined {
  if (typeof json === 'string') return fill(json, values);
  if (Array.isArray(json)) return kept(json.map((each) => filledJson(each, values)));
  if (isChoice(json)) return filledJson(chosen(json, values), values);
  if (isNumberOf(json)) return numberOf(json, values);
  if (!isObject(json)) return json as Json | undefined;
  const members = Object.entries(json).map(([name, each]) => [name, filledJson(each, values)] as const);
  const there = members.filter((member): member is [string, Json] => member[1] !== undefined);
  return there.length === 0 && members.length > 0 ? undefined : Object.fromEntries(there);
}

function kept(entries: readonly (Json | undefined)[]): Json[] | undefined {
  const there = entries.filter((each): each is Json => each !== undefined);
  return there.length === 0 && entries.length > 0 ? undefined : there;
}

function chosen({ $by, values: choices, else: otherwise }: Choice, values: Values): Json | undefined {
  const value = fill($by, values);
  return value !== undefined && Object.hasOwn(choices, value) ? choices[value] : otherwise;
}

function numberOf({ $number, least = -Infinity, most = Infinity }: NumberOf, values: Values): number | undefined {
  const value = fill($number, values);
  const number = value === undefined || value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? Math.min(Math.max(number, least), most) : undefined;
}
