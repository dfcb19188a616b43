import { button, el } from './element.js';

/** Fields of forms, with their names, hints and problems. */

let fields = 0;

/**
 * A field: `name`, `label`, `type` (an input's, or `select`, `textarea`, `checkbox`), `value`, `options` ([value, text]),
 * `hint`, and further `attributes`.
 */
export function field({ name, label, type = 'text', value = '', hint = null, options = [], attributes = {} }) {
  fields += 1;
  const id = `field-${fields}`;
  const described = `${id}-hint ${id}-problem`;
  const shared = { id, name, 'aria-describedby': described, ...attributes };
  const control = makeControl({ type, value, options, shared });
  const hinted = el('span', { class: 'hint', id: `${id}-hint` }, hint);
  const problem = el('span', { class: 'problem', id: `${id}-problem` });
  const text = el('label', { for: id }, label);
  const parts = type === 'checkbox' ? [el('div', { class: 'check' }, control, text)] : [text, control];
  return el('div', { class: 'field', 'data-field': name }, parts, hinted, problem);
}

function makeControl({ type, value, options, shared }) {
  if (type === 'textarea') return el('textarea', { rows: '3', ...shared }, value);
  if (type === 'checkbox') return el('input', { type, checked: value === true, ...shared });
  if (type !== 'select') return el('input', { type, value, autocomplete: 'off', ...shared });
  const made = options.map(([each, text]) => el('option', { value: each, selected: each === value }, text));
  return el('select', shared, made);
}

/** What was typed, by name: passwords as they are, other texts trimmed, and true or false of boxes. */
export function valuesOf(form) {
  const controls = [...form.elements].filter(({ name }) => name);
  return Object.fromEntries(controls.map((control) => [control.name, enteredValue(control)]));
}

function enteredValue({ type, checked, value }) {
  if (type === 'checkbox') return checked;
  return type === 'password' ? value : value.trim();
}

/** Shows what is wrong beside each field, and the rest above the buttons. `problems`: [{ field, message }]. */
export function showProblems(form, problems) {
  const rest = [];
  clearProblems(form);
  for (const { field: path, message } of problems) {
    const shown = form.querySelector(`[data-field="${CSS.escape(path)}"]`);
    if (shown === null) rest.push(message);
    else showProblem(shown, message);
  }
  form.querySelector('.failure').textContent = rest.join(' ');
  form.querySelector('[aria-invalid]')?.focus();
}

function showProblem(shown, message) {
  shown.querySelector('.problem').textContent = message;
  shown.querySelector('input, select, textarea').setAttribute('aria-invalid', 'true');
}

function clearProblems(form) {
  for (const problem of form.querySelectorAll('.problem, .failure')) problem.textContent = '';
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

/**
 * A form. While `onsubmit(values)` runs, it cannot be sent again.
 * It resolves to nothing, or to problems ([{ field, message }]); what it throws is shown, too.
 */
export function makeForm({ label = null, fields: inside, submit, kind = 'main', beside = [], onsubmit }) {
  const send = el('button', { type: 'submit', class: kind }, submit);
  const failure = el('p', { class: 'failure', role: 'alert' });
  const acts = el('div', { class: 'acts' }, send, beside);
  const form = el('form', { 'aria-label': label, autocomplete: 'off' }, inside, failure, acts);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (form.dataset.busy) return;
    setBusy(form, true);
    const problems = await onsubmit(valuesOf(form)).catch((error) => [{ field: '', message: error.message }]);
    setBusy(form, false);
    if (form.isConnected) showProblems(form, problems ?? []);
  });
  return form;
}

function setBusy(form, busy) {
  if (busy) form.dataset.busy = 'true';
  else delete form.dataset.busy;
  // Not disabled: the focus would be lost.
  form.querySelector('[type="submit"]').setAttribute('aria-disabled', String(busy));
}

/**
 * A form in a dialog. `onsubmit` as above; `true` closes it, too. Resolves to whether it was done, or closed undone.
 */
export function openDialog({ title, text = null, submit, kind = 'main', fields: inside = [], onsubmit }) {
  return new Promise((resolve) => {
    const opener = document.activeElement;
    fields += 1;
    const heading = el('h2', { id: `dialog-${fields}` }, title);
    const dialog = el('dialog', { 'aria-labelledby': heading.id }, heading, text && el('p', { class: 'about' }, text));
    let done = false;
    const form = makeForm({
      fields: inside,
      submit,
      kind,
      beside: [button('Cancel', () => dialog.close())],
      async onsubmit(values) {
        const problems = await onsubmit(values, form);
        if (problems) return problems;
        done = true;
        dialog.close();
      },
    });
    dialog.append(form);
    dialog.addEventListener('close', () => {
      // What is told inside it stays told.
      const news = dialog.querySelector('.news');
      if (news) document.body.append(news);
      dialog.remove();
      if (opener?.isConnected) opener.focus();
      resolve(done);
    });
    document.body.append(dialog);
    dialog.showModal();
    (form.querySelector('input, select, textarea') ?? form.querySelector('[type="submit"]')).focus();
  });
}

/** What a result says is wrong, for a form; null: it is a success. */
export function problemsOf(result) {
  if (result.__typename.endsWith('Success')) return null;
  if (result.fields?.length) return result.fields;
  return [{ field: '', message: failureText(result) }];
}

export function failureText({ message, attemptsRemaining, __typename }) {
  if (__typename === 'CaptchaRequiredError') return NO_CAPTCHA;
  if (attemptsRemaining !== undefined) return `${message}. Attempts left: ${attemptsRemaining}.`;
  return message;
}

const NO_CAPTCHA =
  'The service asks for a CAPTCHA, and this page shows none: it runs no script of others. Sign in with a browser that your account knows, or wait an hour.';
