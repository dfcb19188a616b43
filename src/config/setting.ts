import { z } from 'zod';

/** One environment variable: how it is read and what its reader needs to know. */
export interface Setting<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** For .env.example and the README's table. */
  readonly about: string;
  /** How the default reads in the documents. */
  readonly shown: string;
}

export function setting<Schema extends z.ZodType>(schema: Schema, shown: string, about: string): Setting<Schema> {
  return { schema, shown, about };
}

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`);
export const number = (standard: number, least: number, most: number) =>
  wholeNumber(least, most)
    .optional()
    .transform((value) => value ?? standard);
export const text = z.string().optional();
export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `must be one of: ${values.join(', ')}`).optional();
export const url = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be a URL such as ${example}` }).optional();
export const pattern = (expression: RegExp, error: string) => z.string().regex(expression, error).optional();
export const checked = (check: (value: string) => boolean, error: string) => z.string().refine(check, error).optional();
