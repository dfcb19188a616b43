import { ask } from './api.js';
import { MESSAGES } from './documents.js';
import { badge, el, facts, written } from './element.js';
import { pagedList } from './pages.js';
import { CHANNELS, PURPOSES, sentence, STATUS_TONES, time } from './words.js';

/** The messages to a number, the newest first. */
export function messageList(phoneNumber) {
  const load = async (after) => (await ask(MESSAGES, { phoneNumber, after })).messages;
  return pagedList({ label: 'Messages', load, row: messageLine, empty: 'No message.' });
}

/** What was sent, by whom, and what became of it. Never what it said. */
export function messageLine(message) {
  const { purpose, channel, status, createdAt, verifiedAt, price, priceCurrency } = message;
  return [
    el(
      'p',
      { class: 'line' },
      el('strong', {}, purpose === null ? 'Notice' : (PURPOSES[purpose] ?? sentence(purpose))),
      ` by ${CHANNELS[channel] ?? channel}`,
      badge(sentence(status), STATUS_TONES[status]),
      verifiedAt && badge('Code used', 'good'),
    ),
    el('p', { class: 'hint' }, time(createdAt), price !== null && ` · ${price} ${priceCurrency ?? ''}`),
    el('details', {}, el('summary', {}, 'Details'), details(message)),
  ];
}

function details({
  id,
  provider,
  providerMessageId,
  failure,
  providerCode,
  providerMessage,
  attempts,
  settledAt,
  verifiedAt,
}) {
  return facts([
    ['Provider', provider],
    ['Failure', failure && sentence(failure)],
    ['Provider’s code', providerCode && written(providerCode)],
    ['Provider’s words', providerMessage && written(providerMessage)],
    ['Attempts', String(attempts)],
    ['Settled', time(settledAt)],
    ['Code used', time(verifiedAt)],
    ['Provider’s id', providerMessageId && el('code', {}, providerMessageId)],
    ['Id', el('code', {}, id)],
  ]);
}
