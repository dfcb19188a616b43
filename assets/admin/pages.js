import { button, el } from './element.js';

/** What the pages share: their heading, waiting, failures, and lists that continue. */

/** Fills the page. Its heading gets the focus, so that a keyboard and a screen reader begin there. */
export function showPage(title, ...content) {
  const heading = el('h1', { tabindex: '-1' }, title);
  document.querySelector('main').replaceChildren(heading, ...content.flat(Infinity).filter(Boolean));
  // No name and no number: titles are kept in the history of the browser.
  heading.focus({ preventScroll: true });
  return heading;
}

/**
 * An element that shows what `load` resolves to, and meanwhile that it waits; a failure can be tried again. What is marked `data-first`
 * gets the focus, unless the user has gone on to another place meanwhile: letters typed there would be lost.
 */
export function loading(load) {
  const place = el('div', { class: 'loading', 'aria-busy': 'true' }, el('p', { class: 'hint' }, 'Loading…'));
  const run = async () => {
    place.setAttribute('aria-busy', 'true');
    const before = document.activeElement;
    const content = await load().catch((error) => failed(error, run));
    place.removeAttribute('aria-busy');
    place.replaceChildren(...[content].flat(Infinity).filter(Boolean));
    if ([before, document.body].includes(document.activeElement)) place.querySelector('[data-first]')?.focus();
  };
  void run();
  return place;
}

export function failed(error, again) {
  return el('div', { class: 'told', role: 'alert' }, el('p', {}, error.message), again && button('Try again', again));
}

/**
 * A list that continues at the press of a button.
 * @param load the connection after a cursor (null: the first page)
 * @param row an item as an element
 */
export function pagedList({ label, load, row, empty, kind = 'rows' }) {
  const list = el('ul', { class: kind, 'aria-label': label });
  const place = el('div', { class: 'paged' }, list);
  const foot = el('div', { class: 'foot' });
  const next = async (after) => {
    foot.replaceChildren(el('p', { class: 'hint' }, 'Loading…'));
    const page = await load(after).catch((error) => foot.replaceChildren(failed(error, () => next(after))));
    if (!page) return;
    const items = page.edges.map(({ node }) => el('li', { tabindex: '-1' }, row(node)));
    list.append(...items);
    foot.replaceChildren();
    if (list.childElementCount === 0) foot.append(el('p', { class: 'hint' }, empty));
    if (page.pageInfo.hasNextPage) foot.append(button('Show more', () => next(page.pageInfo.endCursor)));
    // The button that was pressed is gone.
    if (after !== null) items[0]?.focus();
  };
  place.append(foot);
  void next(null);
  return place;
}

/** Rows of a list that is there completely. */
export function wholeList(label, items, row, empty) {
  if (items.length === 0) return el('p', { class: 'hint' }, empty);
  return el(
    'ul',
    { class: 'rows', 'aria-label': label },
    items.map((item) => el('li', {}, row(item))),
  );
}

/** A day of a date box as a point in time; null: none. */
export function dayStart(day) {
  return day ? new Date(`${day}T00:00`).toISOString() : null;
}

export function dayEnd(day) {
  return day ? new Date(`${day}T23:59:59.999`).toISOString() : null;
}

/** Without the entries that ask for nothing. */
export function given(filter) {
  const kept = Object.entries(filter).filter(([, value]) => value !== null && value !== '' && value !== undefined);
  return Object.fromEntries(kept);
}
