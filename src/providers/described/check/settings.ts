import { isHttpUrl } from '../../../platform/http-url.js';
import { wholePattern } from '../described.settings.js';
import type { DescribedSetting, Description } from '../description.js';
import { proofSettings } from '../report-address.js';
import { namesIn } from '../template.js';
import { type Complain, unknownName, within } from './problems.js';

/** @param names every name in the templates of the request */
export function checkSettings(description: Description, names: ReadonlySet<string>, complain: Complain): void {
  const { name, settings, oneOf = [], reports, answer, balance } = description;
  const prefix = `${name.toUpperCase()}_`;
  const money = { '/answer/price': answer.price, '/reports/price': reports?.price, '/balance': balance };
  const currencies = Object.entries(money).flatMap(([place, each]) =>
    namesIn(each?.currency ?? '').map((named) => ({ place: `${place}/currency`, named })),
  );
  const used = new Set([...names, ...proofSettings(reports?.proof ?? []), ...currencies.map(({ named }) => named)]);
  for (const [key, setting] of Object.entries(settings)) {
    const place = within('/settings', key);
    if (!key.startsWith(prefix)) complain(place, `must begin with ${prefix}, so that no other setting has its name.`);
    if (!used.has(key)) complain(place, 'is used nowhere. Name it in the request, or leave it out.');
    checkSetting(place, setting, complain);
  }
  const known = Object.keys(settings);
  for (const { place, named } of currencies) {
    if (!known.includes(named)) complain(place, `names ${unknownName(named, known)}`);
  }
  for (const [index, list] of oneOf.entries()) {
    for (const each of list)
      if (!known.includes(each)) complain(within('/oneOf', index), `names ${unknownName(each, known)}`);
  }
}

function checkSetting(place: string, setting: DescribedSetting, complain: Complain): void {
  const { kind, by, oneOf, pattern, example, required, default: standard } = setting;
  if (required && standard !== undefined) complain(place, 'is required and has a default. Keep one of them.');
  const kinds = Object.entries({ kind: kind === 'url', by, oneOf, pattern }).flatMap(([name, there]) =>
    there ? [name] : [],
  );
  if (kinds.length > 1) complain(place, `has ${kinds.join(' and ')}. Keep one of them.`);
  if (example !== undefined && pattern === undefined) complain(within(place, 'example'), 'is there without a pattern.');
  if (kind === 'url' && standard !== undefined && !isHttpUrl(standard))
    complain(within(place, 'default'), 'must be an http(s) address.');
  if (oneOf !== undefined && standard !== undefined && !oneOf.includes(standard))
    complain(within(place, 'default'), 'must be one of oneOf.');
  if (pattern === undefined) return;
  try {
    const expression = wholePattern(pattern);
    if (standard !== undefined && !expression.test(standard))
      complain(within(place, 'default'), 'does not match the pattern.');
  } catch {
    complain(within(place, 'pattern'), 'is no regular expression.');
  }
}
