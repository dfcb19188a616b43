import { ask } from './api.js';
import { BUDGETS } from './documents.js';
import { el, section } from './element.js';
import { failed, showPage, wholeList } from './pages.js';
import { bar, course } from './plot.js';
import { count, country, duration, time } from './words.js';

const AGAIN_MS = 15_000;
/** An hour of looking. */
const MOST_SAMPLES = 240;

/** What was spent when, as seen from this page: the API tells only how it is now. By budget. */
const seen = new Map();

/** What is spent of the limits that people share. @returns what stops it */
export function showBudgets() {
  const place = el('div', { 'aria-busy': 'true' }, el('p', { class: 'hint' }, 'Loading…'));
  const show = async () => {
    const content = await load().catch((error) => [failed(error, show)]);
    place.removeAttribute('aria-busy');
    place.replaceChildren(...content);
  };
  const about =
    'The limits on messages and money that people share. Each comes back by and by. The page looks again every 15 seconds.';
  showPage('Budgets', el('p', { class: 'hint' }, about), place);
  void show();
  const timer = setInterval(() => {
    // Who reads details with a keyboard is not disturbed.
    if (!document.hidden && !place.contains(document.activeElement)) void show();
  }, AGAIN_MS);
  return () => clearInterval(timer);
}

async function load() {
  const { sendBudgets, providerBalances } = await ask(BUDGETS);
  for (const budget of sendBudgets) remember(budget);
  const units = [...new Set(sendBudgets.map(({ unit }) => unit))];
  const groups = units.map((unit) =>
    group(
      unit,
      sendBudgets.filter((budget) => budget.unit === unit),
    ),
  );
  const shown = groups.length > 0 ? groups : [el('p', { class: 'hint' }, 'This service has no such limit.')];
  return providerBalances.length > 0 ? [...shown, balances(providerBalances)] : shown;
}

/** What was paid ahead, with the providers that tell it. */
function balances(list) {
  const title = 'Left with providers';
  return section(title, null, wholeList(title, list, balanceLine, ''));
}

function balanceLine({ provider, amount, currency, askedAt }) {
  return el(
    'p',
    { class: 'line' },
    el('strong', {}, provider),
    el('span', { class: 'by' }, ['asked ', time(askedAt)]),
    el('span', { class: 'share' }, amountOf(amount, currency)),
  );
}

const keyOf = ({ name, scope, unit, windowSeconds }) => JSON.stringify([name, scope, unit, windowSeconds]);

function remember(budget) {
  const samples = seen.get(keyOf(budget)) ?? [];
  samples.push({ at: performance.now(), spent: budget.spent });
  seen.set(keyOf(budget), samples.slice(-MOST_SAMPLES));
}

/** The fullest first, and those that nothing was spent of out of the way. */
function group(unit, budgets) {
  const sorted = [...budgets].sort((one, other) => share(other) - share(one));
  const title = unit === 'messages' ? 'Messages' : `Costs (${unit})`;
  const unspent = sorted.filter(({ spent }) => spent === 0);
  const list = (label, each) => wholeList(label, each, line, 'Nothing was spent.');
  return section(
    title,
    null,
    list(title, sorted.slice(0, sorted.length - unspent.length)),
    unspent.length > 0 &&
      el(
        'details',
        remembered(unit),
        el('summary', {}, `${count(unspent.length, 'limit')} unspent`),
        list(`${title}, unspent`, unspent),
      ),
  );
}

/** What was opened stays open when the page looks again. */
const opened = new Set();

function remembered(unit) {
  const ontoggle = ({ target }) => (target.open ? opened.add(unit) : opened.delete(unit));
  return { open: opened.has(unit), ontoggle };
}

function share({ limit, spent }) {
  return limit > 0 ? spent / limit : 1;
}

function line(budget) {
  const { name, scope, limit, spent, unit, windowSeconds, availableAt } = budget;
  const part = share(budget);
  const place = placeOf(scope);
  const amount = (number) => amountOf(number, unit);
  const said = `${amount(spent)} of ${amount(limit)} in ${duration(windowSeconds)}`;
  return el(
    'div',
    { class: 'budget' },
    el(
      'p',
      { class: 'line' },
      el('strong', {}, name),
      place && el('span', { class: 'by' }, place),
      el('span', { class: 'share' }, `${Math.round(part * 100)} %`),
    ),
    bar(part, `${[name, place].filter(Boolean).join(', ')}: ${Math.round(part * 100)} % spent`),
    el('p', { class: 'hint' }, said, availableAt && [' · spent: there is more ', time(availableAt)]),
    course(seen.get(keyOf(budget)), { limit, said: (number) => amount(number) }),
  );
}

/** `country:NP` → Nepal. The others are in the name of the limit. */
function placeOf(scope) {
  return country(/^country:([A-Z]{2})/.exec(scope)?.[1]);
}

function amountOf(number, unit) {
  if (unit === 'messages') return Math.round(number).toLocaleString();
  if (!/^[A-Z]{3}$/.test(unit)) return `${number.toLocaleString()} ${unit}`;
  return number.toLocaleString(undefined, { style: 'currency', currency: unit, maximumFractionDigits: 2 });
}
