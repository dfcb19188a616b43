import { showAudit } from './audit.js';
import { showBudgets } from './budgets.js';
import { el, icon } from './element.js';
import { failed } from './pages.js';
import { showPeople } from './people.js';
import { showPerson } from './person.js';
import { showRoutes } from './routes.js';
import { showSending } from './sending.js';
import { me, resume, signOut, whenEnded } from './session.js';
import { showSignIn } from './sign-in.js';
import { showWhy } from './why.js';
import { nameOf, sentence } from './words.js';

/** The frame of the page, and which page is in it. Addresses have ids and nothing else about a person. */

const PAGES = [
  { path: 'people', title: 'People', show: showPeople },
  { path: 'why', title: 'Why no code?', short: 'No code?', show: showWhy },
  { path: 'sending', title: 'Pauses and blocks', short: 'Blocks', show: showSending },
  { path: 'routes', title: 'Routes', show: showRoutes },
  { path: 'budgets', title: 'Budgets', show: showBudgets },
  { path: 'audit', title: 'Audit trail', short: 'Audit', show: showAudit },
];

const app = document.querySelector('.app');
let shown = () => {};

function route() {
  if (me() === null) return;
  const [, path = '', id = null] = location.hash.split('/');
  const page = PAGES.find((each) => each.path === path) ?? PAGES[0];
  for (const link of app.querySelectorAll('nav a')) {
    const current = link.getAttribute('href') === `#/${page.path}`;
    if (current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${page.title} · Administration`;
  scrollTo(0, 0);
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  // The page before stops what it does again and again.
  shown();
  const stop = path === 'people' && id !== null ? showPerson(decodeURIComponent(id)) : page.show();
  shown = typeof stop === 'function' ? stop : () => {};
}

function showFrame() {
  const { role, ...person } = me();
  const links = PAGES.map(({ path, title, short = title }) => {
    const words = [el('span', { class: 'long' }, title), el('span', { class: 'short', 'aria-hidden': 'true' }, short)];
    return el('li', {}, el('a', { href: `#/${path}`, 'aria-label': title }, icon(path), words));
  });
  const skip = el(
    'button',
    { type: 'button', class: 'skip', onclick: () => app.querySelector('h1')?.focus() },
    'Skip to the page',
  );
  const who = el(
    'p',
    { class: 'who' },
    el('bdi', { class: 'who-name' }, nameOf(person) ?? person.phoneNumber ?? ''),
    el('span', { class: 'who-role' }, role === 'ADMIN' ? 'Administrator' : sentence(role)),
  );
  const leave = el(
    'button',
    { type: 'button', class: 'leave', onclick: () => void signOut() },
    icon('leave'),
    'Sign out',
  );
  app.replaceChildren(
    skip,
    el('header', {}, el('p', { class: 'brand' }, 'phone-accounts'), el('div', { class: 'account' }, who, leave)),
    el('nav', { 'aria-label': 'Pages' }, el('ul', {}, links)),
    el('main', {}),
  );
  app.dataset.state = 'in';
  route();
}

function showDoor(why) {
  shown();
  shown = () => {};
  app.dataset.state = 'out';
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  void showSignIn(app, { why, onbegun: showFrame });
}

async function start() {
  try {
    if ((await resume()) !== null) showFrame();
  } catch (error) {
    app.dataset.state = 'out';
    app.replaceChildren(el('main', { class: 'sign-in' }, el('h1', {}, 'Administration'), failed(error, start)));
  }
  app.removeAttribute('aria-busy');
}

whenEnded(showDoor);
addEventListener('hashchange', route);
void start();
