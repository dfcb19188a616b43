// What is around an example that runs as documented: the clock of the test, and a name service that knows the test's
// accounts service. Loaded before the example (node --import).
const RealDate = Date;
const realFetch = globalThis.fetch;
const { ISSUER, ACCOUNTS_URL } = process.env;
let ahead = 0;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length > 0 ? args : [RealDate.now() + ahead]));
  }

  static now() {
    return RealDate.now() + ahead;
  }
};
globalThis.fetch = (url, options) => realFetch(String(url).replace(ISSUER, ACCOUNTS_URL), options);

process.on('message', (milliseconds) => {
  ahead = milliseconds;
  process.send('moved');
});
