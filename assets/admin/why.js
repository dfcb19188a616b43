import { ask } from './api.js';
import { REPORT } from './documents.js';
import { badge, button, el, facts, section, written } from './element.js';
import { field, makeForm } from './form.js';
import { messageLine } from './messages.js';
import { loading, showPage, wholeList } from './pages.js';
import { personLine } from './people.js';
import { clearLimits } from './person-acts.js';
import { blockLine, pauseLine } from './sending.js';
import { mayTouch } from './session.js';
import { CAUSES, CHANNELS, count, country, PURPOSES, sentence, time, wait } from './words.js';

/** A number that another page asks about. It goes into no address. */
let asked = null;

export function askWhy(phoneNumber) {
  asked = phoneNumber;
  location.hash = '#/why';
}

/** "Why no code?": the most likely cause, and what it is read from. */
export function showWhy() {
  const number = asked;
  asked = null;
  const place = el('div', {});
  const show = (phoneNumber) =>
    place.replaceChildren(loading(async () => report(phoneNumber, () => show(phoneNumber))));
  const form = makeForm({
    label: 'Number',
    fields: [
      field({
        name: 'phoneNumber',
        label: 'What the person typed as their number',
        type: 'text',
        value: number ?? '',
        attributes: { required: true, maxlength: '64', spellcheck: 'false' },
      }),
    ],
    submit: 'Find out',
    async onsubmit({ phoneNumber }) {
      show(phoneNumber);
    },
  });
  showPage('Why no code?', el('search', { class: 'card' }, form), place);
  if (number !== null) show(number);
}

async function report(typed, again) {
  const { deliveryReport: found, users } = await ask(REPORT, { phoneNumber: typed });
  const owners = users.edges.map(({ node }) => node).filter(({ phoneNumber }) => phoneNumber === found.phoneNumber);
  return [
    verdict(found, { owners, again }),
    owners.length > 0 && section('Accounts with this number', null, wholeList('Accounts', owners, personLine, '')),
    found.pauses.length > 0 &&
      section(
        'Pauses',
        null,
        wholeList('Pauses', found.pauses, (pause) => pauseLine(pause, again), ''),
      ),
    found.blocks.length > 0 &&
      section(
        'Blocks',
        null,
        wholeList('Blocks', found.blocks, (block) => blockLine(block, again), ''),
      ),
    section(
      'Requests',
      null,
      wholeList('Requests', found.requests, requestLine, `None since ${new Date(found.since).toLocaleDateString()}.`),
    ),
    section('Messages', null, wholeList('Messages', found.messages, messageLine, 'None.')),
    section('Codes', null, wholeList('Codes', found.challenges, challengeLine, 'None.')),
  ];
}

function verdict(found, { owners, again }) {
  const [title, tone] = CAUSES[found.cause] ?? [sentence(found.cause), 'warn'];
  const clear = async () => {
    if (await clearLimits(found)) again();
  };
  const mayClear = found.cause !== 'NOT_A_NUMBER' && owners.every(mayTouch);
  // Whoever asked reads the answer first.
  const heading = el('h2', { tabindex: '-1', 'data-first': true }, title);
  return el(
    'section',
    { class: `card verdict ${tone}` },
    heading,
    el('p', { class: 'explanation' }, found.explanation),
    facts([
      ['Number', written(found.phoneNumber)],
      ['Country', country(found.country)],
      ['Locked until', time(found.lockedUntil)],
      ['Looked at since', time(found.since)],
    ]),
    el('div', { class: 'acts' }, button('Look again', again), mayClear && button('Clear limits', clear)),
  );
}

function requestLine({ at, purpose, channel, result, reason, budget, retryAfterSeconds, requestId, ipAddress }) {
  const sent = result === 'RequestOtpSuccess';
  return [
    el(
      'p',
      { class: 'line' },
      el('strong', {}, PURPOSES[purpose] ?? sentence(purpose)),
      ` by ${CHANNELS[channel] ?? channel}`,
      badge(sent ? 'Taken' : reason ? sentence(reason) : result.replace(/Error$/, ''), sent ? 'good' : 'bad'),
    ),
    el('p', { class: 'hint' }, time(at), ipAddress && ` · ${ipAddress}`),
    facts(
      [
        ['Result', !sent && result],
        ['Limit', budget],
        ['Again after', retryAfterSeconds !== null && wait(retryAfterSeconds)],
        ['Request', requestId && el('code', {}, requestId)],
      ].map(([name, value]) => [name, value || null]),
    ),
  ];
}

function challengeLine({ purpose, createdAt, expiresAt, sentAt, consumedAt, attempts }) {
  return [
    el(
      'p',
      { class: 'line' },
      el('strong', {}, PURPOSES[purpose] ?? sentence(purpose)),
      consumedAt ? badge('Used', 'good') : badge(new Date(expiresAt) < new Date() ? 'Expired' : 'Valid', 'plain'),
    ),
    el(
      'p',
      { class: 'hint' },
      'made ',
      time(createdAt),
      sentAt && [' · sent ', time(sentAt)],
      ' · ends ',
      time(expiresAt),
    ),
    el('p', { class: 'hint' }, count(attempts, 'guess', 'guesses'), consumedAt && [' · used ', time(consumedAt)]),
  ];
}
