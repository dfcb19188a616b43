import { ask } from './api.js';
import { USER, USER_DEVICES } from './documents.js';
import { badge, button, el, facts, section, written } from './element.js';
import { loading, showPage, wholeList } from './pages.js';
import { auditList } from './audit-list.js';
import { messageList } from './messages.js';
import { stateBadges } from './people.js';
import * as acts from './person-acts.js';
import { mayAct, mayTouch } from './session.js';
import { askWhy } from './why.js';
import { country, device, nameOf, sentence, time } from './words.js';

/** The page about one person. */
export function showPerson(id) {
  const place = el('div', {});
  const heading = showPage('Person', el('a', { class: 'back', href: '#/people' }, 'All people'), place);
  const show = () => place.replaceChildren(loading(load));
  const load = async () => {
    const { user } = await ask(USER, { id });
    if (user === null) return el('p', { class: 'told' }, 'There is no account with this id.');
    heading.replaceChildren(written(nameOf(user) ?? user.phoneNumber ?? 'Person'));
    return person(user, show);
  };
  show();
}

function person(user, show) {
  // After an act, everything on the page may be different.
  const does = (text, act, kind) =>
    button(
      text,
      async () => {
        if (await act(user)) show();
      },
      kind,
    );
  const touch = mayTouch(user);
  return [
    el('div', { class: 'badges' }, stateBadges(user)),
    !touch && el('p', { class: 'told' }, 'This account has a role. Only an administrator can act on it.'),
    el(
      'div',
      { class: 'columns' },
      profile(user, does),
      el('div', { class: 'column' }, lock(user, { does, touch }), rights(user, does), marketplace(user, does)),
    ),
    devices(user, { does, touch }),
    messages(user, { does, touch }),
    section('Audit trail', null, auditList({ userId: user.id })),
    mayAct() &&
      section(
        'Delete',
        [does('Delete the account', acts.deleteUser, 'danger')],
        el('p', { class: 'hint' }, 'The account and everything that names its owner. It cannot be undone.'),
      ),
  ];
}

function profile(user, does) {
  const { location } = user;
  return section(
    'Profile',
    mayAct() && [does('Edit', acts.editProfile)],
    facts([
      ['Number', user.phoneNumber && [written(user.phoneNumber), ' ', verified(user.phoneVerified)]],
      ['Email', user.email && [written(user.email), ' ', verified(user.emailVerified)]],
      ['Username', user.username && written(user.username)],
      ['First name', user.firstName && written(user.firstName)],
      ['Last name', user.lastName && written(user.lastName)],
      ['Language', user.locale],
      ['City', location && `${location.name}, ${country(location.countryCode)}`],
      ['Password', user.hasPassword ? 'Yes' : 'None'],
      ['Id', el('code', {}, user.id)],
      ['Id elsewhere', user.externalId && el('code', {}, user.externalId)],
      ['Created', time(user.createdAt)],
      ['Changed', time(user.updatedAt)],
      ['Last used', time(user.lastUsedAt)],
    ]),
  );
}

function verified(is) {
  return is ? badge('Verified', 'good') : badge('Unverified', 'warn');
}

function lock(user, { does, touch }) {
  const { lock: locked } = user;
  if (locked === null) {
    const hint = el('p', { class: 'hint' }, 'Not locked. A lock ends all sessions at once, and nobody can sign in.');
    return section('Lock', touch && [does('Lock', acts.lockUser, 'danger')], hint);
  }
  return section(
    'Lock',
    touch && [does('Unlock', acts.unlockUser)],
    facts([
      ['Since', time(locked.lockedAt)],
      ['Until', time(locked.until) ?? 'It is lifted'],
      ['Reason', written(locked.reason)],
    ]),
  );
}

const ROLES = {
  USER: 'No role.',
  SUPPORT: 'Support: reads, and locks, unlocks and signs out users without a role.',
  ADMIN: 'Administrator: everything.',
};

function rights(user, does) {
  return section(
    'Role',
    mayAct() && [does('Change', acts.changeRole)],
    el('p', {}, ROLES[user.role] ?? sentence(user.role)),
  );
}

function marketplace(user, does) {
  const { hasAccess, businessType, shopId, b2bVerified } = user.marketplace;
  return section(
    'Marketplace',
    mayAct() && [does('Change', acts.changeMarketplace)],
    facts([
      ['Access', hasAccess ? 'Yes' : 'No'],
      ['Business', businessType && written(businessType)],
      ['Shop', shopId && written(shopId)],
      ['Business verified', b2bVerified ? 'Yes' : 'No'],
    ]),
  );
}

function devices(user, { does, touch }) {
  const content = loading(async () => {
    const { user: found } = await ask(USER_DEVICES, { id: user.id });
    return [
      el('h3', {}, 'Sessions'),
      wholeList('Sessions', found?.sessions ?? [], sessionLine, 'No session.'),
      el('h3', {}, 'Known devices'),
      wholeList('Known devices', found?.devices ?? [], deviceLine, 'No device.'),
      el('h3', {}, 'Passkeys'),
      wholeList('Passkeys', found?.passkeys ?? [], passkeyLine, 'No passkey.'),
    ];
  });
  return section('Sessions, devices and passkeys', touch && [does('Sign out everywhere', acts.endSessions)], content);
}

function sessionLine({ userAgent, ipAddress, current, createdAt, lastUsedAt, expiresAt }) {
  return [
    el(
      'p',
      { class: 'line' },
      el('bdi', { title: userAgent }, device(userAgent)),
      current && badge('This session', 'accent'),
    ),
    el(
      'p',
      { class: 'hint' },
      ipAddress && [ipAddress, ' · '],
      'used ',
      time(lastUsedAt),
      ' · since ',
      time(createdAt),
      ' · ends ',
      time(expiresAt),
    ),
  ];
}

function deviceLine({ userAgent, firstSignedInAt, lastSignedInAt }) {
  return [
    el('p', { class: 'line' }, el('bdi', { title: userAgent }, device(userAgent))),
    el('p', { class: 'hint' }, 'first ', time(firstSignedInAt), ' · last ', time(lastSignedInAt)),
  ];
}

function passkeyLine({ name, createdAt, lastUsedAt, backedUp }) {
  return [
    el('p', { class: 'line' }, written(name), !backedUp && badge('On one device')),
    el(
      'p',
      { class: 'hint' },
      'added ',
      time(createdAt),
      lastUsedAt === null ? ' · never used' : [' · used ', time(lastUsedAt)],
    ),
  ];
}

function messages(user, { does, touch }) {
  const { phoneNumber } = user;
  if (phoneNumber === null) return section('Messages', null, el('p', { class: 'hint' }, 'The account has no number.'));
  const buttons = [button('Why no code?', () => askWhy(phoneNumber)), touch && does('Clear limits', acts.clearLimits)];
  return section('Messages', buttons, messageList(phoneNumber));
}
