/** Invented names as fill-users.js makes them: frequent, rare and in between. */
const FIRST = ['Rara', 'Shara', 'Anma', 'Pran', 'Vigu', 'Zyzy', 'Loor', 'Katade'];
const LAST = ['Rarara', 'Shamara', 'Vigurung', 'Umzyel', 'Bisuka', 'Zyzyzy', 'Drielor', 'Tadevi'];

const FILTERS = {
  'role ADMIN': { role: 'ADMIN' },
  'role SUPPORT': { role: 'SUPPORT' },
  'role USER': { role: 'USER' },
  locked: { locked: true },
  'not locked': { locked: false },
  'number verified': { phoneVerified: true },
  'number unverified': { phoneVerified: false },
  'email verified': { emailVerified: true },
  'email unverified': { emailVerified: false },
  'marketplace access': { hasMarketplaceAccess: true },
  'no marketplace access': { hasMarketplaceAccess: false },
  'business verified': { b2bVerified: true },
  'country NP (60 %)': { country: 'NP' },
  'country US (10 %, shared code)': { country: 'US' },
  'country LU (1 in 100,000)': { country: 'LU' },
  'country MT (nobody)': { country: 'MT' },
};

const COMBINED = {
  'NP, marketplace, verified business': { country: 'NP', hasMarketplaceAccess: true, b2bVerified: true },
  'LU, marketplace': { country: 'LU', hasMarketplaceAccess: true },
  'locked, email verified': { locked: true, emailVerified: true },
  'SUPPORT, locked (nobody)': { role: 'SUPPORT', locked: true },
  'unverified number, verified email': { phoneVerified: false, emailVerified: true },
};

/** Each asks the list in other words every time. */
export function questions(list, users) {
  const deep = (orderBy) => walkTo(list, orderBy);
  const search =
    (text, more = {}) =>
    (time) =>
      list.list({ search: text(time), orderBy: 'CREATED_AT_DESC', first: 20, ...more });
  const some = (time) => 1 + ((time * 7_919_001) % users);
  const filtered = Object.entries({ ...FILTERS, ...COMBINED }).flatMap(([name, filter]) =>
    ['CREATED_AT_DESC', 'LAST_USED_AT_DESC'].map((orderBy) => ({
      name: `${name}, by ${orderBy === 'CREATED_AT_DESC' ? 'creation' : 'last use'}`,
      ask: () => list.list({ filter, orderBy, first: 20 }),
    })),
  );
  return [
    ...['CREATED_AT_DESC', 'CREATED_AT_ASC', 'LAST_USED_AT_DESC', 'LAST_USED_AT_ASC'].flatMap((orderBy) => [
      { name: `first page of 20, ${orderBy}`, ask: () => list.list({ orderBy, first: 20 }) },
      { name: `first page of 100, ${orderBy}`, ask: () => list.list({ orderBy, first: 100 }) },
      { name: `deep page of 20, ${orderBy}`, ask: deep(orderBy) },
    ]),
    { name: 'search: number', ask: search((time) => numberOf(some(time))) },
    { name: 'search: number that nobody has', ask: search((time) => `+97798${String(90_000_000 + time)}`) },
    { name: 'search: email', ask: search((time) => `USER${some(time - (time % 10))}@example.com`) },
    { name: 'search: username', ask: search((time) => `user.${some(time)}`) },
    { name: 'search: first name', ask: search((time) => FIRST[time % FIRST.length]) },
    { name: 'search: last name', ask: search((time) => LAST[time % LAST.length]) },
    {
      name: 'search: last name, by last use',
      ask: search((time) => LAST[time % LAST.length], { orderBy: 'LAST_USED_AT_DESC' }),
    },
    { name: 'search: full name', ask: search((time) => `${FIRST[time % 8]} ${LAST[(time * 3) % 8]}`) },
    { name: 'search: two letters', ask: search((time) => ['ra', 'sh', 'zy', 'el', 'qu'][time % 5]) },
    {
      name: 'search: one letter, by last use',
      ask: search((time) => 'rszeq'[time % 5], { orderBy: 'LAST_USED_AT_DESC' }),
    },
    { name: 'search: a name of nobody', ask: search((time) => `Quux${time}`) },
    {
      name: 'search: last name, locked',
      ask: search((time) => LAST[time % LAST.length], { filter: { locked: true } }),
    },
    { name: 'search: two letters, LU', ask: search(() => 'ra', { filter: { country: 'LU' } }) },
    ...filtered,
    ...['CREATED_AT_DESC', 'LAST_USED_AT_DESC', 'LAST_USED_AT_ASC'].map((orderBy) => ({
      name: `created in one hour of some day, ${orderBy}`,
      ask: (time) => list.list({ filter: hourOf(time), orderBy, first: 20 }),
    })),
    {
      name: 'created since a year ago, LAST_USED_AT_ASC',
      ask: () => list.list({ filter: { createdFrom: ago(365) }, orderBy: 'LAST_USED_AT_ASC', first: 20 }),
    },
  ];
}

/** As fill-users.js makes them, for those in Nepal. */
function numberOf(n) {
  const nepali = n - (n % 100) + (n % 60);
  return `+977 98-${String(Math.max(1, nepali)).padStart(8, '0')}`;
}

const ago = (days) => new Date(Date.now() - days * 86_400_000);

function hourOf(time) {
  const from = ago(20 + ((time * 37) % 1000));
  return { createdFrom: from, createdTo: new Date(from.getTime() + 3_600_000) };
}

/** Cursors far behind the beginning, as the list would have made them: it gives those of a page anywhere. */
function walkTo(list, orderBy) {
  const three = 3 * 365.25 * 86_400_000;
  const cursor = (time) => {
    const at = Date.now() - three * (0.05 + 0.9 * (((time * 37) % 100) / 100));
    const values = [orderBy, Math.round(at), '0197b3a0-0000-7000-8000-000000000000'];
    return Buffer.from(JSON.stringify(values)).toString('base64url');
  };
  return (time) => list.list({ orderBy, first: 20, after: cursor(time) });
}
