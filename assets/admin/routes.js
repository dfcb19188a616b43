import { ask } from './api.js';
import { ROUTES } from './documents.js';
import { badge, el, section } from './element.js';
import { field, makeForm } from './form.js';
import { loading, showPage, wholeList } from './pages.js';
import { country as nameOfCountry, sentence } from './words.js';

let asked = '';

/** Which providers send to a country, in which order, and why. */
export function showRoutes() {
  const found = el('div', {});
  const show = () => found.replaceChildren(loading(load));
  const form = makeForm({
    label: 'Choose a country',
    fields: [
      field({
        name: 'country',
        label: 'Country',
        value: asked,
        hint: 'Two letters: NP',
        attributes: { required: true, maxlength: '3', spellcheck: 'false' },
      }),
    ],
    submit: 'Show',
    async onsubmit({ country }) {
      asked = country.trim().toUpperCase();
      show();
    },
  });
  showPage('Routes', el('search', { class: 'card' }, form), found);
  if (asked !== '') show();
}

async function load() {
  const { deliveryRoutes } = await ask(ROUTES, { country: asked });
  const none = el('p', { class: 'hint' }, 'Nothing is sent there.');
  return deliveryRoutes.length === 0 ? none : el('div', {}, deliveryRoutes.map(routeSection));
}

function routeSection(route) {
  const { channel, country, learned, ownersAlone, currency, providers } = route;
  const title =
    country === null
      ? sentence(channel)
      : `${channel === 'SMS' ? 'SMS' : sentence(channel)} to ${nameOfCountry(country)}`;
  const about = learned
    ? `The order is learned${ownersAlone ? ', from codes to numbers that verified an account a day before' : ''}.`
    : 'The order of the settings.';
  return section(
    title,
    null,
    el('p', { class: 'hint' }, about),
    wholeList(title, providers, (provider) => providerLine(provider, currency), 'There is no provider.'),
  );
}

const TONES = { FIRST: 'good', BELOW_FLOOR: 'bad', UNKNOWN: 'warn' };

function providerLine(each, currency) {
  const { provider, standing, explanation, part, tries, medianSeconds, price, costPerVerified } = each;
  const money = (amount) => `${amount.toFixed(4)} ${currency}`;
  const known =
    each.verifiedShare !== null &&
    `${percent(each.verifiedShare)} of ${Math.round(tries).toLocaleString()} codes verified (${percent(each.leastShare)} to ${percent(each.mostShare)})`;
  const said = [
    known,
    costPerVerified !== null && `${money(costPerVerified)} for a verified number`,
    `${money(price)} for a message`,
    medianSeconds !== null && `half verified within ${Math.round(medianSeconds)} s`,
  ];
  return el(
    'div',
    {},
    el(
      'p',
      { class: 'line' },
      el('strong', {}, provider),
      badge(sentence(standing), TONES[standing]),
      el('span', { class: 'by' }, `first for ${percent(part)}`),
    ),
    el('p', {}, explanation),
    el('p', { class: 'hint' }, said.filter(Boolean).join(' · ')),
  );
}

function percent(part) {
  return `${Math.round(part * 100)} %`;
}
