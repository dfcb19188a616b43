import ipaddr from 'ipaddr.js';
import type { SettingsContext } from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';

/** Names of ranges, as proxy-addr knows them. */
const NAMED_RANGES = ['loopback', 'linklocal', 'uniquelocal'];
/** The widest ranges of private networks are fc00::/7 and 10.0.0.0/8. */
const LEAST_PREFIX = 7;
/** IPv4 addresses mapped to IPv6 are ::ffff:0:0/96. */
const MAPPED_PREFIX = 96;
const ANY_IPV4 = ipaddr.IPv6.parse('::ffff:0:0');

/** TRUST_PROXY: a hop count, a list of addresses and ranges, or false. */
export function readTrustProxy(
  value: string | undefined,
  { complain }: SettingsContext,
): number | readonly string[] | false {
  if (value === undefined) return false;
  if (/^\d{1,2}$/.test(value)) return Number(value) || false;
  const ranges = splitList(value);
  for (const range of ranges) {
    const prefix = prefixOf(range);
    if (prefix === null) {
      complain(`TRUST_PROXY has "${range}". Write a hop count (1), or addresses and CIDR ranges (10.0.0.0/8).`);
    } else if (prefix < LEAST_PREFIX) {
      complain(
        `TRUST_PROXY has "${range}", which trusts everybody: each client could forge its address. Write the addresses of your proxies (10.0.0.0/8), or how many there are (1).`,
      );
    }
  }
  return ranges;
}

/** How many bits of an address a range fixes. Null: it is no address and no range. */
function prefixOf(range: string): number | null {
  if (NAMED_RANGES.includes(range)) return LEAST_PREFIX;
  const [address = ''] = range.split('/');
  // ipaddr.js also reads 10 as 0.0.0.10, which is never meant.
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return null;
  if (address === range) return LEAST_PREFIX;
  if (!ipaddr.isValidCIDR(range)) return null;
  const [network, prefix] = ipaddr.parseCIDR(range);
  if (!(network instanceof ipaddr.IPv6)) return prefix;
  if (network.isIPv4MappedAddress()) return prefix - MAPPED_PREFIX;
  // Such as ::/8. An IPv4 client has a mapped address for it.
  return prefix < MAPPED_PREFIX && ANY_IPV4.match(network, prefix) ? 0 : prefix;
}
