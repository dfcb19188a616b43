import { ask } from './api.js';
import { USERS } from './documents.js';
import { badge, button, el, written } from './element.js';
import { field, makeForm } from './form.js';
import { dayEnd, dayStart, given, pagedList, showPage } from './pages.js';
import { day, nameOf, sentence, time } from './words.js';

const EITHER = [
  ['', 'Any'],
  ['yes', 'Yes'],
  ['no', 'No'],
];
const NONE = {
  ...{ search: '', orderBy: 'CREATED_AT_DESC', role: '', locked: '', phoneVerified: '', emailVerified: '' },
  ...{ hasMarketplaceAccess: '', b2bVerified: '', country: '', createdFrom: '', createdTo: '' },
};

/** What was asked for last, for those who come back from a person. It is not in the address: it can be a number. */
let asked = { ...NONE };

export function forgetSearch() {
  asked = { ...NONE };
}

export function showPeople() {
  const found = el('div', {});
  const search = () => {
    found.replaceChildren(
      pagedList({ label: 'People', load, row: personLine, empty: 'Nobody is like this.', kind: 'rows people' }),
    );
  };
  const form = makeForm({
    label: 'Search people',
    fields: [searchField(), moreFilters()],
    submit: 'Search',
    beside: [button('Clear', () => again(NONE))],
    async onsubmit(values) {
      asked = { ...NONE, ...values };
      search();
    },
  });
  const again = (values) => {
    asked = { ...values };
    showPeople();
  };
  showPage('People', el('search', { class: 'card' }, form), found);
  search();
}

async function load(after) {
  const { search, orderBy, ...filter } = asked;
  const { users } = await ask(USERS, { search: search || null, orderBy, filter: filterOf(filter), after });
  return users;
}

function filterOf({ role, country, createdFrom, createdTo, ...either }) {
  const truths = Object.entries(either).map(([name, value]) => [name, value === '' ? null : value === 'yes']);
  return given({
    role,
    country: country.toUpperCase(),
    createdFrom: dayStart(createdFrom),
    createdTo: dayEnd(createdTo),
    ...Object.fromEntries(truths),
  });
}

function searchField() {
  return field({
    name: 'search',
    label: 'Search',
    type: 'search',
    value: asked.search,
    hint: 'Number in any spelling, id (here or elsewhere), whole email address or username, or the beginning of a name.',
    attributes: { spellcheck: 'false', maxlength: '254' },
  });
}

function moreFilters() {
  const select = (name, label, options = EITHER) => field({ name, label, type: 'select', value: asked[name], options });
  const { search: _, orderBy, ...filters } = asked;
  const open = orderBy !== NONE.orderBy || Object.values(filters).some((value) => value !== '');
  return el(
    'details',
    { class: 'filters', open },
    el('summary', {}, 'Filters and order'),
    el(
      'div',
      { class: 'grid' },
      select('orderBy', 'Order', [
        ['CREATED_AT_DESC', 'Newest first'],
        ['CREATED_AT_ASC', 'Oldest first'],
        ['LAST_USED_AT_DESC', 'Last used first'],
        ['LAST_USED_AT_ASC', 'Unused for longest first'],
      ]),
      select('role', 'Role', [['', 'Any'], ...['USER', 'SUPPORT', 'ADMIN'].map((role) => [role, sentence(role)])]),
      select('locked', 'Locked'),
      select('phoneVerified', 'Number verified'),
      select('emailVerified', 'Email verified'),
      select('hasMarketplaceAccess', 'Marketplace access'),
      select('b2bVerified', 'Business verified'),
      field({
        name: 'country',
        label: 'Country',
        value: asked.country,
        attributes: { maxlength: '2', placeholder: 'NP' },
      }),
      field({ name: 'createdFrom', label: 'Created from', type: 'date', value: asked.createdFrom }),
      field({ name: 'createdTo', label: 'Created until', type: 'date', value: asked.createdTo }),
    ),
  );
}

export function stateBadges({ role, lock, phoneVerified }) {
  return [
    role !== 'USER' && badge(role === 'ADMIN' ? 'Administrator' : sentence(role), 'accent'),
    lock && badge('Locked', 'bad'),
    phoneVerified === false && badge('Unverified', 'warn'),
  ];
}

/** A person in a list, as a link to the page about them. */
export function personLine(person) {
  const { id, phoneNumber, email, createdAt, lastUsedAt } = person;
  const number = phoneNumber ?? 'no number';
  const name = nameOf(person);
  return el(
    'a',
    { class: 'person', href: `#/people/${encodeURIComponent(id)}` },
    el('span', { class: 'name' }, written(name ?? number)),
    el('span', { class: 'number' }, name && written(number), email && written(email)),
    el('span', { class: 'badges' }, stateBadges(person)),
    el(
      'span',
      { class: 'when' },
      el('span', {}, 'Created ', day(createdAt)),
      lastUsedAt && el('span', {}, 'Used ', time(lastUsedAt)),
    ),
  );
}
