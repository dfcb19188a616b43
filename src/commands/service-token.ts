import { parseArgs } from 'node:util';
import { hashOfToken, isServiceName, newServiceToken, serviceScopes, settingOf } from '../events/service-token.js';
import { systemRandom } from '../platform/random.js';

const USAGE = `Usage: npm run service-token -- NAME
  makes a token with which the service NAME reads events, and what to put into SERVICE_TOKENS`;

/** `npm run service-token`. It needs no settings: only the hash of the token is put there. */
function make(): number {
  const { positionals } = parseArgs({ allowPositionals: true, strict: false });
  const [name = ''] = positionals;
  if (positionals.length !== 1 || !isServiceName(name)) {
    process.stderr.write(`phone-accounts: a name has small letters, digits and hyphens, 32 at most.\n${USAGE}\n`);
    return 1;
  }
  const token = newServiceToken(systemRandom);
  const setting = settingOf({ name, scope: serviceScopes[0], hash: hashOfToken(token) });
  process.stdout.write(`The token, for ${name} alone (it is not shown again):\n  ${token}\n\n`);
  process.stdout.write(`Add this to SERVICE_TOKENS, after a comma if there is one already:\n  ${setting}\n`);
  return 0;
}

process.exitCode = make();
