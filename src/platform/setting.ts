import { z } from 'zod';

/** One environment variable: how it is read, and what operators need to know. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** For .env.example and the table of settings. */
  readonly about: string;
  /** How the default reads in the documents. */
  readonly shown: string;
}

/** The settings of one room or provider, by public name. */
export type SettingsByName = Readonly<Record<string, Setting>>;

export type SettingValues<Settings extends SettingsByName> = {
  readonly [Name in keyof Settings]: z.output<Settings[Name]['schema']>;
};

/** One thing wrong with the configuration, with what to do about it. */
export type Problem = string;

/** What rooms and providers know while they turn their settings into a configuration, and how they report problems. */
export interface SettingsContext {
  readonly production: boolean;
  /** The service does not start. */
  complain(problem: Problem): void;
  /** The service starts, and the log says this. */
  warn(warning: string): void;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads each setting by itself. Empty counts as absent: `NAME=` in an env file means "the default". A value that cannot
 * be read counts as absent too, so that the rest can still be checked and every problem is reported together.
 */
export function readSettings<Settings extends SettingsByName>(
  settings: Settings,
  env: Environment,
): { values: SettingValues<Settings>; problems: Problem[] } {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, { schema }] of Object.entries(settings)) {
    const given = env[name]?.trim();
    const result = schema.safeParse(given === '' ? undefined : given);
    for (const { message } of result.error?.issues ?? []) problems.push(`${name} ${message}.`);
    values[name] = result.success ? result.data : schema.parse(undefined);
  }
  return { values: values as SettingValues<Settings>, problems };
}

export function setting<Schema extends z.ZodType>(schema: Schema, shown: string, about: string): Setting<Schema> {
  return { schema, shown, about };
}

const FROM_KUBERNETES =
  'is an address. Kubernetes sets such variables for each service of the namespace: set a number in the pod, or set ' +
  'enableServiceLinks: false in its specification';

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .refine((value) => !/^(tcp|udp|sctp):\/\//.test(value), { error: FROM_KUBERNETES, abort: true })
    .regex(/^\d{1,15}$/, { error: `must be a whole number from ${least} to ${most}`, abort: true })
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`);

export const number = (standard: number, least: number, most: number) =>
  wholeNumber(least, most)
    .optional()
    .transform((value) => value ?? standard);

export const text = z.string().optional();

export const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, `must be one of: ${values.join(', ')}`).optional();

export const url = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be a URL such as ${example}` }).optional();

export const pattern = (expression: RegExp, error: string) => z.string().regex(expression, error).optional();

export const checked = (check: (value: string) => boolean, error: string) => z.string().refine(check, error).optional();

/** A phone number such as a sender has. */
export const e164 = pattern(/^\+\d{7,15}$/, 'must be in E.164, e.g. +15005550006');
