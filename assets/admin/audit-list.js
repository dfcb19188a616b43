import { ask } from './api.js';
import { AUDIT } from './documents.js';
import { badge, el, facts, written } from './element.js';
import { pagedList } from './pages.js';
import { ACTORS, device, nameOf, sentence, time } from './words.js';

const ALARMING = new Set([
  'SIGN_IN_FAILED',
  'LOCKED',
  'REFRESH_TOKEN_REUSED',
  'USER_LOCKED',
  'USER_DELETED',
  'SENDS_PAUSED',
]);

/** Events that a filter finds, the newest first. */
export function auditList(filter) {
  const load = async (after) => (await ask(AUDIT, { filter, after })).auditEvents;
  return pagedList({ label: 'Events', load, row: eventLine, empty: 'No such event.' });
}

function eventLine(event) {
  const { kind, at, count, ipAddress, user, userId } = event;
  return [
    el(
      'p',
      { class: 'line' },
      el('strong', { class: ALARMING.has(kind) && 'alarming' }, sentence(kind)),
      count > 1 && badge(`${count.toLocaleString()} times`, 'warn'),
      el(
        'span',
        { class: 'by' },
        'by ',
        actor(event),
        userId && userId !== event.actorId && [' on ', person(userId, user)],
      ),
    ),
    el(
      'p',
      { class: 'hint' },
      time(at),
      ipAddress && ` · ${ipAddress}`,
      event.phoneNumber && [' · ', written(event.phoneNumber)],
    ),
    el('details', {}, el('summary', {}, 'Details'), details(event)),
  ];
}

function actor({ actorKind, actorId, actorName, actor: found }) {
  if (actorName !== null) return `service ${actorName}`;
  if (actorId === null) return ACTORS[actorKind] ?? sentence(actorKind);
  return [actorKind === 'ADMINISTRATOR' && 'administrator ', person(actorId, found)];
}

function person(id, found) {
  const name = found === null ? 'a deleted account' : (nameOf(found) ?? `${id.slice(0, 8)}…`);
  return el('a', { href: `#/people/${encodeURIComponent(id)}` }, written(name));
}

function details({ id, details: told, deviceKnown, userAgent, sessionId, requestId, userId, actorId }) {
  const entries = told !== null && typeof told === 'object' ? Object.entries(told) : [];
  return facts([
    ...entries.map(([name, value]) => [sentence(name.replace(/[A-Z]/g, ' $&')), written(textOf(value))]),
    ['Known device', deviceKnown === null ? null : deviceKnown ? 'Yes' : 'No'],
    ['Device', userAgent && el('bdi', { title: userAgent }, device(userAgent))],
    ['On', userId && el('code', {}, userId)],
    ['By', actorId && el('code', {}, actorId)],
    ['Session', sessionId && el('code', {}, sessionId)],
    ['Request', requestId && el('code', {}, requestId)],
    ['Event', el('code', {}, id)],
  ]);
}

function textOf(value) {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
