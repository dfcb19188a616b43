/** The page shows as many messages as the service keeps. */
const MOST = 100;
const COPIED_FOR_MS = 2_000;
const TRY_AGAIN_MS = 2_000;

const CHANNELS = { SMS: 'SMS', WHATSAPP: 'WhatsApp', TELEGRAM: 'Telegram', VOICE: 'Voice call', EMAIL: 'Email' };
const CONNECTIONS = {
  live: { state: 'Live', about: 'Development inbox: nothing was really sent.' },
  lost: { state: 'Connection lost', about: 'Trying again until the service is back.' },
};

const find = (selector, within = document) => within.querySelector(selector);
const page = document.documentElement;
const list = find('.messages');
const template = find('.message-template');
const filter = find('.filter');

const clockTime = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const dayAndTime = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: 'numeric',
  minute: '2-digit',
});
const inFull = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** True when the page has all earlier messages. Messages after that are announced as new. */
let ready = false;

function connect() {
  const events = new EventSource('inbox/events');
  events.addEventListener('open', () => setConnection('live'));
  events.addEventListener('message', ({ lastEventId, data }) => {
    // A service that does not know the last message of this page sends all messages again.
    const known = [...list.children].some(({ dataset }) => dataset.id === lastEventId);
    if (!known) show(lastEventId, JSON.parse(data));
  });
  events.addEventListener('ready', () => {
    ready = true;
    tellWhatIsShown();
  });
  events.addEventListener('cleared', empty);
  events.addEventListener('error', () => {
    setConnection('lost');
    // Browsers reconnect by themselves after a broken connection, but not after an answer that is not a stream.
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, TRY_AGAIN_MS);
  });
}

function setConnection(connection) {
  if (page.dataset.connection === connection) return;
  page.dataset.connection = connection;
  find('.connection-text').textContent = CONNECTIONS[connection].state;
  find('.about').textContent = CONNECTIONS[connection].about;
}

function tellWhatIsShown() {
  const messages = [...list.children];
  find('.empty').hidden = messages.length > 0;
  find('.tools').hidden = messages.length === 0;
  find('.no-match').hidden = messages.length === 0 || messages.some(({ hidden }) => !hidden);
}

/** Numbers are compared by their digits, so +977 984-123, 00977984123 and 0984123 find +977984123. Others as they are. */
function isWanted(to) {
  const typed = filter.value.trim().toLowerCase();
  if (/[^\d\s()+./-]/.test(typed)) return to.toLowerCase().includes(typed);
  return to.replace(/\D/g, '').includes(typed.replace(/\D/g, '').replace(/^0+/, ''));
}

function applyFilter() {
  for (const message of list.children) message.hidden = !isWanted(find('.number', message).textContent);
  tellWhatIsShown();
}

function empty() {
  list.replaceChildren();
  tellWhatIsShown();
}

/** Also for other pages that show the inbox. While the service is away, this page alone. */
async function clearAll() {
  await fetch('inbox/messages', { method: 'DELETE' }).catch(() => null);
  empty();
  announce('All messages are removed');
}

/** Shows a message. Its text is never read as markup. */
function show(id, { to, channel, code, subject, text, note, sentAt }) {
  const message = template.content.cloneNode(true).firstElementChild;
  message.dataset.id = id;
  const channelName = CHANNELS[channel] ?? channel;
  find('.number', message).textContent = to;
  find('.number', message).title = to;
  find('.channel', message).textContent = channelName;
  find('.subject', message).textContent = subject ?? '';
  find('.text', message).textContent = text;
  find('.note', message).textContent = note ?? '';
  showAvatar(find('.avatar', message), to);
  showTime(find('time', message), new Date(sentAt));
  // Most notices have no code.
  if (code === null) find('.code-row', message).remove();
  else showCode(message, { code, to });

  list.prepend(message);
  while (list.childElementCount > MOST) list.lastElementChild.remove();
  message.hidden = !isWanted(to);
  tellWhatIsShown();
  if (!ready || message.hidden) return;
  message.classList.add('new');
  // Separate the digits. Otherwise a screen reader reads them as one large number.
  announce(`New message to ${to}, ${channelName}, ${code === null ? text : `code ${[...code].join(' ')}`}`);
}

/** Each number has its own colour, so that numbers differ at a glance. */
function showAvatar(avatar, to) {
  let hash = 0;
  for (const character of to) hash = (hash * 31 + character.codePointAt(0)) % 65_536;
  // Steps of the golden angle give close hashes very different colours.
  avatar.style.setProperty('--hue', Math.round(hash * 137.5) % 360);
  avatar.textContent = /^\+\d+$/.test(to) ? to.slice(-2) : to.slice(0, 1).toUpperCase();
}

function showTime(element, sentAt) {
  const today = sentAt.toDateString() === new Date().toDateString();
  element.textContent = (today ? clockTime : dayAndTime).format(sentAt);
  element.dateTime = sentAt.toISOString();
  element.title = inFull.format(sentAt);
}

function showCode(message, { code, to }) {
  const shownCode = find('.code', message);
  // Two halves of six digits are easier to read. When they are selected, the code has no gap.
  for (const half of code.length === 6 ? [code.slice(0, 3), code.slice(3)] : [code]) {
    shownCode.append(Object.assign(document.createElement('span'), { textContent: half }));
  }
  const button = find('.copy', message);
  const label = `Copy ${code}, the code for ${to}`;
  button.setAttribute('aria-label', label);
  let timer;
  const say = (text, spoken, copied) => {
    find('.copy-text', button).textContent = text;
    button.setAttribute('aria-label', spoken);
    button.classList.toggle('copied', copied);
  };
  button.addEventListener('click', async () => {
    const copied = await copy(code, shownCode);
    if (copied) say('Copied', `Copied ${code}`, true);
    else say('Press Ctrl+C', 'Press Ctrl+C: the code is selected', false);
    announce(copied ? 'Code copied' : 'The code is selected: press Ctrl+C to copy it');
    clearTimeout(timer);
    timer = setTimeout(() => say('Copy', label, false), COPIED_FOR_MS);
  });
}

/** Scripts have no clipboard if the page came over http:// from another machine, or if the user does not allow it. */
async function copy(code, element) {
  try {
    await navigator.clipboard.writeText(code);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return copySelection(code);
  }
}

/** Sets the copied text itself, because browsers may put a space between the two halves. */
function copySelection(code) {
  const fill = (event) => {
    event.clipboardData.setData('text/plain', code);
    event.preventDefault();
  };
  document.addEventListener('copy', fill);
  const copied = document.execCommand('copy');
  document.removeEventListener('copy', fill);
  if (copied) getSelection().removeAllRanges();
  return copied;
}

function announce(text) {
  find('.news').textContent = text;
}

function tellTheTime() {
  const now = new Date();
  find('.clock').textContent = clockTime.format(now);
  setTimeout(tellTheTime, 60_000 - (now.getTime() % 60_000));
}

filter.addEventListener('input', applyFilter);
find('.clear').addEventListener('click', clearAll);
tellTheTime();
connect();
