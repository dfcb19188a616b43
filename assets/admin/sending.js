import { act, ask } from './api.js';
import * as documents from './documents.js';
import { announce, button, el, section, written } from './element.js';
import { field, openDialog, problemsOf } from './form.js';
import { loading, pagedList, showPage, wholeList } from './pages.js';
import { mayAct } from './session.js';
import { country, digits, time } from './words.js';

/** Where no codes go: what the guard has paused, and what administrators have blocked. */
export function showSending() {
  const pauses = el('div', {});
  const blocks = el('div', {});
  const showPauses = () => pauses.replaceChildren(loading(() => loadPauses(showPauses)));
  const showBlocks = () => blocks.replaceChildren(blockList(showBlocks));
  const block = button(
    'Block a destination',
    async () => {
      if (await blockDestination()) showBlocks();
    },
    'main',
  );
  showPage(
    'Pauses and blocks',
    section('Pauses', null, el('p', { class: 'hint' }, 'Made by the pumping guard. They end by themselves.'), pauses),
    section('Blocks', mayAct() && [block], el('p', { class: 'hint' }, 'No code goes there, whoever asks.'), blocks),
  );
  showPauses();
  showBlocks();
}

async function loadPauses(again) {
  const { pauses } = await ask(documents.SENDING);
  return wholeList('Pauses', pauses, (pause) => pauseLine(pause, again), 'Nothing is paused.');
}

/** @param again called when the pause is lifted */
export function pauseLine({ id, destination: paused, country: code, reason, pausedAt, pausedUntil }, again) {
  const destination = digits(paused);
  const lift = async () => {
    const text = `Numbers without an account at ${destination} are sent codes again.`;
    if (
      await confirm({
        title: 'Lift this pause?',
        text,
        submit: 'Lift',
        document: documents.LIFT_PAUSE,
        id,
        told: 'Lifted.',
      })
    )
      again();
  };
  return el(
    'div',
    { class: 'with-act' },
    el(
      'div',
      {},
      el('p', { class: 'line' }, el('strong', {}, destination), code && ` ${country(code)}`),
      el('p', {}, reason),
      el('p', { class: 'hint' }, 'since ', time(pausedAt), ' · until ', time(pausedUntil)),
    ),
    el(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': `Lift the pause of ${destination}`, onclick: lift },
      'Lift',
    ),
  );
}

function blockList(again) {
  const load = async (after) => (await ask(documents.BLOCKS, { after })).blockedDestinations;
  return pagedList({ label: 'Blocks', load, row: (block) => blockLine(block, again), empty: 'Nothing is blocked.' });
}

/** @param again called when the block is removed */
export function blockLine({ id, phoneNumber, prefix, country: code, reason, until, createdAt, createdById }, again) {
  const destination = phoneNumber ?? (prefix === null ? country(code) : `${prefix}…`);
  const remove = async () => {
    const text = `${destination} is sent codes again.`;
    const document = documents.UNBLOCK_DESTINATION;
    if (await confirm({ title: 'Remove this block?', text, submit: 'Remove', document, id, told: 'Removed.' })) again();
  };
  return el(
    'div',
    { class: 'with-act' },
    el(
      'div',
      {},
      el('p', { class: 'line' }, el('strong', {}, destination)),
      el('p', {}, written(reason)),
      el(
        'p',
        { class: 'hint' },
        ['since ', time(createdAt), until && [' · until ', time(until)]],
        createdById && [' · by ', el('a', { href: `#/people/${encodeURIComponent(createdById)}` }, 'an administrator')],
      ),
    ),
    mayAct() &&
      el(
        'button',
        { type: 'button', class: 'quiet', 'aria-label': `Remove the block of ${destination}`, onclick: remove },
        'Remove',
      ),
  );
}

function confirm({ title, text, submit, document, id, told }) {
  return openDialog({
    title,
    text,
    submit,
    async onsubmit() {
      const problems = problemsOf(await act(document, { id }));
      if (problems === null) announce(told);
      return problems;
    },
  });
}

const KINDS = [
  ['phoneNumber', 'One number'],
  ['prefix', 'All numbers that begin with'],
  ['country', 'A country'],
];
const HINTS = {
  phoneNumber: 'With country code: +977 980 0000000',
  prefix: 'With country code: +97798',
  country: 'Two letters: NP',
};

function blockDestination() {
  const destination = field({
    name: 'destination',
    label: 'Destination',
    hint: HINTS.phoneNumber,
    attributes: { required: true, maxlength: '64', spellcheck: 'false' },
  });
  const kind = field({ name: 'kind', label: 'Block', type: 'select', options: KINDS });
  kind.addEventListener('change', ({ target }) => {
    destination.querySelector('.hint').textContent = HINTS[target.value];
  });
  return openDialog({
    title: 'Block a destination',
    text: 'Nobody gets a code there, known devices included.',
    submit: 'Block',
    kind: 'danger',
    fields: [
      ...[kind, destination],
      field({ name: 'reason', label: 'Reason', type: 'textarea', attributes: { required: true, maxlength: '500' } }),
      field({ name: 'until', label: 'Until', type: 'datetime-local', hint: 'Left empty: until somebody removes it.' }),
    ],
    async onsubmit({ kind: chosen, destination: typed, reason, until }) {
      const end = until === '' ? null : new Date(until).toISOString();
      const value = chosen === 'country' ? typed.toUpperCase() : typed;
      const result = await act(documents.BLOCK_DESTINATION, { input: { [chosen]: value, reason, until: end } });
      const problems = problemsOf(result);
      if (problems === null) announce('Blocked.');
      return problems?.map((problem) => ({
        ...problem,
        field: problem.field === chosen ? 'destination' : problem.field,
      }));
    },
  });
}
