import { isCountry } from '../../../phone/country.js';
import type { Description } from '../description.js';
import { type DescriptionProblem, within } from './problems.js';
import { checkReports } from './reports.js';
import { checkRequest } from './request.js';
import { checkAnswer } from './rules.js';
import { checkSettings } from './settings.js';
import { readShape } from './shape.js';
import { checkTemplates } from './templates.js';
import { checkValues } from './values.js';

export type DescriptionReading =
  | { readonly kind: 'description'; readonly description: Description }
  | { readonly kind: 'problems'; readonly problems: readonly DescriptionProblem[] };

/** Checks a description completely, and reports every problem together. */
export function checkDescription(document: unknown): DescriptionReading {
  const shape = readShape(document);
  if (shape.kind === 'problems') return shape;
  const { description } = shape;
  const problems: DescriptionProblem[] = [];
  const complain = (place: string, what: string) => void problems.push({ place, what });
  for (const [index, country] of (description.countries ?? []).entries()) {
    if (!isCountry(country)) complain(within('/countries', index), `is ${country}, and no country has it.`);
  }
  const { names, others } = checkTemplates(description, complain);
  checkSettings(description, new Set([...names, ...others]), complain);
  checkRequest(description, names, complain);
  checkAnswer(description, complain);
  checkReports(description, names, complain);
  checkValues(description, complain);
  return problems.length > 0 ? { kind: 'problems', problems } : shape;
}
