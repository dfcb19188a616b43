import { act, ask } from './api.js';
import * as documents from './documents.js';
import { announce, el } from './element.js';
import { field, openDialog, problemsOf } from './form.js';
import { post } from './post.js';
import { count, country, nameOf } from './words.js';

/**
 * What can be done to a person, each after a question. Each resolves to whether it was done.
 * The audit trail has all of it, with the reason.
 */

const reasonField = () =>
  field({ name: 'reason', label: 'Reason', type: 'textarea', attributes: { required: true, maxlength: '500' } });

/** Sends a mutation, and tells what it did. Resolves to problems for the form, or to null. */
async function run({ document, variables, told }) {
  const result = await act(document, variables);
  if (result === null) return [{ field: '', message: 'Not done: it needs a proof that it is you.' }];
  const problems = problemsOf(result);
  if (problems) return problems.map((problem) => ({ ...problem, field: problem.field.replace('marketplace.', '') }));
  announce(told(result));
  return null;
}

function who(user) {
  return nameOf(user) ?? user.phoneNumber ?? user.id;
}

export function lockUser(user) {
  const until = field({
    name: 'until',
    label: 'Until',
    type: 'datetime-local',
    hint: 'Left empty: until somebody lifts it.',
  });
  return openDialog({
    title: `Lock ${who(user)}?`,
    text: 'All sessions end at once, and nobody can sign in to the account.',
    submit: 'Lock',
    kind: 'danger',
    fields: [reasonField(), until],
    onsubmit: (values) =>
      run({
        document: documents.LOCK_USER,
        variables: { input: { id: user.id, reason: values.reason, until: pointOf(values.until) } },
        told: ({ endedSessions }) => `Locked. ${count(endedSessions, 'session')} ended.`,
      }),
  });
}

function pointOf(local) {
  return local === '' ? null : new Date(local).toISOString();
}

export function unlockUser(user) {
  return openDialog({
    title: `Unlock ${who(user)}?`,
    text: 'Its owner can sign in again.',
    submit: 'Unlock',
    onsubmit: () => run({ document: documents.UNLOCK_USER, variables: { id: user.id }, told: () => 'Unlocked.' }),
  });
}

export function endSessions(user) {
  return openDialog({
    title: `Sign ${who(user)} out everywhere?`,
    text: 'All sessions end at once, and the account knows no device any more. The owner can sign in again.',
    submit: 'Sign out everywhere',
    onsubmit: () =>
      run({
        document: documents.END_SESSIONS,
        variables: { id: user.id },
        told: ({ endedSessions }) => `${count(endedSessions, 'session')} ended.`,
      }),
  });
}

export function clearLimits({ phoneNumber }) {
  return openDialog({
    title: 'Clear the limits of this number?',
    text: `Lifts locks after wrong guesses and sending limits of ${phoneNumber}, at most three times a day. Wrong guesses of today stay spent.`,
    submit: 'Clear limits',
    onsubmit: () =>
      run({
        document: documents.CLEAR_LIMITS,
        variables: { phoneNumber },
        told: ({ cleared }) =>
          cleared.length === 0 ? 'There was nothing to clear.' : `Cleared: ${cleared.join(', ')}.`,
      }),
  });
}

export function deleteUser(user) {
  const word = field({ name: 'word', label: 'Type DELETE to confirm', attributes: { required: true } });
  return openDialog({
    title: `Delete ${who(user)}?`,
    text: 'The account and everything that names its owner is deleted. It cannot be undone.',
    submit: 'Delete',
    kind: 'danger',
    fields: [reasonField(), word],
    async onsubmit({ reason, word: typed }) {
      if (typed !== 'DELETE') return [{ field: 'word', message: 'Type DELETE, in capital letters.' }];
      return run({
        document: documents.DELETE_USER,
        variables: { input: { id: user.id, reason } },
        told: () => 'Deleted.',
      });
    },
  });
}

export function changeRole(user) {
  const options = [
    ['USER', 'No role'],
    ['SUPPORT', 'Support'],
    ['ADMIN', 'Administrator'],
  ];
  return openDialog({
    title: `Change the role of ${who(user)}`,
    text: 'All sessions of the account end, because tokens name the role.',
    submit: 'Change',
    fields: [field({ name: 'role', label: 'Role', type: 'select', value: user.role, options })],
    onsubmit: ({ role }) => update(user, { role }),
  });
}

export function changeMarketplace(user) {
  const { hasAccess, businessType, shopId, b2bVerified } = user.marketplace;
  return openDialog({
    title: `Marketplace rights of ${who(user)}`,
    submit: 'Save',
    fields: [
      field({ name: 'hasAccess', label: 'May use the marketplace', type: 'checkbox', value: hasAccess }),
      field({ name: 'businessType', label: 'Kind of business', value: businessType ?? '' }),
      field({ name: 'shopId', label: 'Id of the shop', value: shopId ?? '' }),
      field({ name: 'b2bVerified', label: 'The business is verified', type: 'checkbox', value: b2bVerified }),
    ],
    onsubmit: (values) => update(user, { marketplace: changes(values, user.marketplace) }),
  });
}

export async function editProfile(user) {
  const options = await post(documents.OPTIONS).catch(() => null);
  const locales = new Set([...(options?.signInOptions.locales ?? []), ...(user.locale ? [user.locale] : [])]);
  const city = new CityField(user.location);
  return openDialog({
    title: `Profile of ${who(user)}`,
    submit: 'Save',
    fields: [
      field({ name: 'firstName', label: 'First name', value: user.firstName ?? '' }),
      field({ name: 'lastName', label: 'Last name', value: user.lastName ?? '' }),
      field({ name: 'username', label: 'Username', value: user.username ?? '' }),
      field({
        name: 'locale',
        label: 'Language',
        type: 'select',
        value: user.locale ?? '',
        options: [['', 'Unknown'], ...[...locales].map((locale) => [locale, locale])],
      }),
      city.element,
    ],
    async onsubmit({ locationId, ...values }) {
      const location = city.chosen(locationId);
      if (location.problem) return [{ field: 'locationId', message: location.problem }];
      return update(user, { ...changes(values, user), ...location.input });
    },
  });
}

/** What differs from before: what is left out stays, and an emptied field is cleared. */
function changes(values, before) {
  const after = Object.entries(values).map(([name, value]) => [name, value === '' ? null : value]);
  return Object.fromEntries(after.filter(([name, value]) => value !== (before[name] ?? null)));
}

function update(user, input) {
  return run({
    document: documents.UPDATE_USER,
    variables: { input: { id: user.id, ...input } },
    told: () => 'Saved.',
  });
}

/** A box for a city that offers what it finds. */
class CityField {
  #ids = new Map();
  #before;

  constructor(location) {
    this.#before = location === null ? '' : this.#offer(location);
    const offers = el('datalist', { id: 'cities' });
    this.element = field({
      name: 'locationId',
      label: 'City',
      value: this.#before,
      hint: 'Type the beginning, and choose one.',
      attributes: { list: 'cities' },
    });
    this.element.append(offers);
    this.element.addEventListener('input', async ({ target }) => {
      if (this.#ids.has(target.value) || target.value.trim() === '') return;
      const found = await ask(documents.CITIES, { search: target.value }).catch(() => null);
      const names = (found?.cities.edges ?? []).map(({ node }) => this.#offer(node));
      offers.replaceChildren(...names.map((value) => el('option', { value })));
    });
  }

  #offer({ id, name, region, countryCode }) {
    const text = [name, region, country(countryCode)].filter(Boolean).join(', ');
    this.#ids.set(text, id);
    return text;
  }

  chosen(text) {
    if (text === this.#before) return { input: {} };
    if (text === '') return { input: { locationId: null } };
    const locationId = this.#ids.get(text);
    return locationId === undefined ? { problem: 'Choose a city from the list.' } : { input: { locationId } };
  }
}
