import { auditList } from './audit-list.js';
import { button, el } from './element.js';
import { field, makeForm } from './form.js';
import { given, showPage } from './pages.js';
import { AUDIT_KINDS, sentence } from './words.js';

let asked = {};

/** The audit trail, by any of its filters. */
export function showAudit() {
  const found = el('div', {});
  const show = () => found.replaceChildren(auditList(asked));
  const form = makeForm({
    label: 'Filter events',
    fields: [filters(), kinds()],
    submit: 'Show',
    beside: [
      button('Clear', () => {
        asked = {};
        showAudit();
      }),
    ],
    async onsubmit(values) {
      asked = filterOf(values);
      show();
    },
  });
  showPage('Audit trail', el('search', { class: 'card' }, form), el('section', { class: 'card' }, found));
  show();
}

function filterOf({ userId, actorId, phoneNumber, ipAddress, requestId, from, to, ...boxes }) {
  const chosen = AUDIT_KINDS.filter((kind) => boxes[kind]);
  const point = (local) => (local === '' ? null : new Date(local).toISOString());
  const filter = { userId, actorId, phoneNumber, ipAddress, requestId, from: point(from), to: point(to) };
  return given({ ...filter, kinds: chosen.length > 0 ? chosen : null });
}

function filters() {
  const text = (name, label) => field({ name, label, value: asked[name] ?? '', attributes: { spellcheck: 'false' } });
  const at = (name, label) => field({ name, label, type: 'datetime-local', value: local(asked[name]) });
  return el(
    'div',
    { class: 'grid' },
    text('phoneNumber', 'Number'),
    text('ipAddress', 'Address'),
    text('requestId', 'Request id'),
    text('userId', 'Id of the account'),
    text('actorId', 'Id of who did it'),
    at('from', 'From'),
    at('to', 'Until'),
  );
}

/** A point in time as a box for date and time has it. */
function local(at) {
  if (!at) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function kinds() {
  const boxes = AUDIT_KINDS.map((kind) => {
    const attributes = { type: 'checkbox', name: kind, checked: asked.kinds?.includes(kind) ?? false };
    return el('label', {}, el('input', attributes), sentence(kind));
  });
  return el(
    'details',
    { class: 'filters', open: asked.kinds !== undefined },
    el('summary', {}, 'Kinds of events'),
    el('fieldset', { class: 'boxes' }, el('legend', {}, 'Show only'), boxes),
  );
}
