import type { DescribedRequest, Description } from '../description.js';
import { isChoice, isNumberOf, type NumberOf } from '../json-body.js';
import { messageNames } from '../message-values.js';
import { readTemplate } from '../template.js';
import { type Complain, unknownName, within } from './problems.js';

/** What a message is about must not stand where logs of servers show it. */
const PRIVATE = ['text', 'code'];

interface Found {
  readonly place: string;
  readonly name: string;
}

/** Checks the templates of all requests, and returns every name in that for messages, and in the others. */
export function checkTemplates(
  { request, balance, settings }: Description,
  complain: Complain,
): { readonly names: ReadonlySet<string>; readonly others: ReadonlySet<string> } {
  const known = Object.keys(settings);
  const names = checkRequestTemplates('/request', request, { known: [...messageNames, ...known], complain });
  const others = balance && checkRequestTemplates('/balance/request', balance.request, { known, complain });
  return { names, others: others ?? new Set() };
}

function checkRequestTemplates(
  at: string,
  request: DescribedRequest,
  { known, complain }: { known: readonly string[]; complain: Complain },
): Set<string> {
  const found = templatesOf(at, request).flatMap(({ place, template }) => namesAt(place, template, complain));
  for (const { place, name } of found) {
    if (!known.includes(name)) complain(place, `names ${unknownName(name, known)}`);
    const isAddress = place === `${at}/url` || place.startsWith(`${at}/headers/`);
    if (isAddress && PRIVATE.includes(name))
      complain(place, `must not hold {${name}}: logs of servers show addresses and headers.`);
  }
  return new Set(found.map(({ name }) => name));
}

function namesAt(place: string, template: string, complain: Complain): Found[] {
  const reading = readTemplate(template);
  if (reading.kind === 'problem') {
    complain(place, reading.what);
    return [];
  }
  return reading.parts.flatMap((part) => ('name' in part ? [{ place, name: part.name }] : []));
}

interface Template {
  readonly place: string;
  readonly template: string;
}

function templatesOf(at: string, request: DescribedRequest): Template[] {
  const { url, authorization, headers, query, form, json, xml } = request;
  return [
    { place: `${at}/url`, template: url },
    ...[{ authorization }, { headers }, { query }, { form }, { json }, { xml }].flatMap((part) => inJson(at, part)),
  ];
}

/** Every text of a JSON value that may have placeholders. */
function inJson(place: string, json: unknown): Template[] {
  if (typeof json === 'string') return [{ place, template: json }];
  if (typeof json !== 'object' || json === null) return [];
  // Of any shape: what is wrong with choices and numbers is said by checkJson.
  if (isChoice(json)) {
    const { $by, values, else: otherwise }: Readonly<Record<string, unknown>> = { ...json };
    return [
      ...inJson(within(place, '$by'), $by),
      ...Object.entries(Object(values)).flatMap(([name, each]) => inJson(within(place, 'values', name), each)),
      ...inJson(within(place, 'else'), otherwise),
    ];
  }
  if (isNumberOf(json)) return inJson(within(place, '$number'), json.$number);
  return Object.entries(json).flatMap(([name, each]) => inJson(within(place, name), each));
}

/** Choices and numbers in a body have members of their own, and no others. */
export function checkJson(place: string, json: unknown, complain: Complain): void {
  if (typeof json !== 'object' || json === null) return;
  for (const [name, each] of Object.entries(json)) {
    const what = misplaced(name, json);
    if (what !== null) complain(within(place, name), what);
    checkJson(within(place, name), each, complain);
  }
  const wrong = isChoice(json) ? choiceProblem(json) : isNumberOf(json) ? numberProblem(json) : null;
  if (wrong !== null) complain(place, wrong);
}

function misplaced(name: string, json: object): string | null {
  if (isChoice(json)) return ['$by', 'values', 'else'].includes(name) ? null : 'cannot stand beside $by.';
  if (isNumberOf(json)) return ['$number', 'least', 'most'].includes(name) ? null : 'cannot stand beside $number.';
  return name.startsWith('$') ? 'is unknown. There are $by and $number.' : null;
}

function choiceProblem({ $by, values }: { readonly $by: unknown; readonly values: unknown }): string | null {
  const right = typeof $by === 'string' && typeof values === 'object' && values !== null;
  return right ? null : 'must have a text as $by, and an object as values.';
}

function numberProblem({ $number, least = 0, most = 0 }: Readonly<Record<string, unknown>> | NumberOf): string | null {
  if (typeof $number !== 'string') return 'must have a text as $number.';
  return typeof least === 'number' && typeof most === 'number' ? null : 'must have numbers as least and most.';
}
