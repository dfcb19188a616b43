import { z } from 'zod';
import { closestName, didYouMean } from '../../../platform/names/closest-name.js';
import { type Description, descriptionSchema } from '../description.js';
import { valueAt } from '../json-pointer.js';
import { type DescriptionProblem, within } from './problems.js';

export type ShapeReading =
  | { readonly kind: 'description'; readonly description: Description }
  | { readonly kind: 'problems'; readonly problems: readonly DescriptionProblem[] };

/** Whether a document has the members of a description, each of its kind. */
export function readShape(document: unknown): ShapeReading {
  const { data, error } = descriptionSchema.safeParse(document);
  if (data !== undefined) return { kind: 'description', description: data };
  return { kind: 'problems', problems: error.issues.flatMap((issue) => problemsOf(issue, document)) };
}

function problemsOf(issue: z.core.$ZodIssue, document: unknown): DescriptionProblem[] {
  const place = within('', ...issue.path.map(String)).replace(/^\/$/, '');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      place: within(place, key),
      what: `is unknown.${didYouMean(closestName(key, memberNames()))}`,
    }));
  }
  if (issue.code === 'invalid_key') {
    const [first] = issue.issues;
    return [{ place, what: `${first?.message ?? 'is no name that can stand here'}.` }];
  }
  if (place !== '' && valueAt(document, place) === undefined) return [{ place, what: 'is missing.' }];
  return [{ place, what: `${inWords(issue)}.` }];
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** The schema's own words where it has some. Otherwise zod's, which speak of expected input, are said again. */
function inWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return issue.message.startsWith('Invalid') ? `must be ${kinds[issue.expected] ?? issue.expected}` : issue.message;
  if (issue.code === 'invalid_value') return `must be one of: ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small')
    return issue.origin === 'array' ? `needs at least ${issue.minimum}` : 'is too short or too small';
  if (issue.code === 'too_big') return `is longer or larger than ${issue.maximum}`;
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined)
    return `has a ${issue.discriminator} that is unknown`;
  if (issue.code === 'invalid_format' && issue.format === 'url') return 'must be a URL';
  return issue.message;
}

let names: readonly string[] | null = null;

/** The names of all members, for suggestions. */
function memberNames(): readonly string[] {
  names ??= [...namesIn(z.toJSONSchema(descriptionSchema, { unrepresentable: 'any', reused: 'inline' }))];
  return names;
}

function namesIn(schema: unknown, found = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  if ('properties' in schema) for (const name of Object.keys(Object(schema.properties))) found.add(name);
  for (const each of Object.values(schema)) namesIn(each, found);
  return found;
}
