const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element. Children are elements or text, and text stays text: nothing on this page reads markup.
 * An attribute that is null, undefined or false is left out; `onclick` and the like are listeners.
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...shown(children));
  return element;
}

function shown(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** What somebody wrote: its direction of writing does not spread to the text around it. */
export function written(text) {
  return el('bdi', {}, text);
}

const ICONS = {
  people: 'M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Zm-6.4 7c.3-3.3 2.9-5.2 6.4-5.2s6.1 1.9 6.4 5.2',
  why: 'M4 4.5h12v8.5H9.5L6 16v-3H4V4.5ZM10 7v2.4m0 1.7v.1',
  sending: 'M3.6 10 16.5 4l-3.3 12.5-3.7-4.7L3.6 10Zm5.9 1.8L16.5 4',
  routes: 'M4 16V9a4 4 0 0 1 4-4h8M13 2l3 3-3 3M4 16h12m-3-3 3 3-3 3',
  budgets: 'M3.5 16.5h13M5.5 16.5V10m4.5 6.5v-12m4.5 12V7.5',
  audit: 'M5 3.5h10v13H5v-13Zm2.5 3.5h5m-5 3h5m-5 3h3',
  leave: 'M12.5 6.5v-3h-9v13h9v-3M8 10h9m0 0-2.5-2.5M17 10l-2.5 2.5',
};

export function icon(name) {
  return svg('svg', { class: 'icon', viewBox: '0 0 20 20', 'aria-hidden': 'true' }, svg('path', { d: ICONS[name] }));
}

/** A small word beside something: its colour never says more than its text. */
export function badge(text, tone = 'plain') {
  return el('span', { class: `badge ${tone}` }, text);
}

/** A list of names and values; a value of null is left out. */
export function facts(pairs) {
  const kept = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return el(
    'dl',
    { class: 'facts' },
    kept.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}

export function section(title, actions, ...children) {
  const head = el(
    'div',
    { class: 'section-head' },
    el('h2', {}, title),
    actions && el('div', { class: 'acts' }, actions),
  );
  return el('section', { class: 'card' }, head, children);
}

export function button(text, onclick, kind = 'quiet') {
  return el('button', { type: 'button', class: kind, onclick }, text);
}

/** Told to screen readers, and shown for a while. */
export function announce(text) {
  const news = document.querySelector('.news');
  // A modal dialog hides everything beside it, so the news move into it.
  (document.querySelector('dialog[open]:last-of-type') ?? document.body).append(news);
  news.textContent = text;
  news.classList.remove('gone');
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => news.classList.add('gone'), 8_000);
}
