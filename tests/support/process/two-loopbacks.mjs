import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

// On many machines localhost has two addresses, 127.0.0.1 and ::1. Tests also run where it has one. So these are IPv4.
const ADDRESSES = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
const { lookup } = dns;

function answer(host, options, done) {
  if (host !== 'localhost') lookup(host, options, done);
  else if (options.all) setImmediate(done, null, ADDRESSES);
  else setImmediate(done, null, ADDRESSES[0].address, 4);
}

dns.lookup = (host, options, done) =>
  typeof options === 'function' ? answer(host, {}, options) : answer(host, options ?? {}, done);
syncBuiltinESMExports();
