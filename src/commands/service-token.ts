import { parseArgs } from 'node:util';
import {
  hashOfToken,
  isServiceName,
  newServiceToken,
  serviceScopes,
  settingOf,
} from '../service-tokens/service-token.js';
import { systemRandom } from '../platform/random.js';
import { printsHelp } from '../usage.js';

const USAGE = `Usage: npm run service-token -- NAME [SCOPE]
  makes a token for the service NAME, and what to put into SERVICE_TOKENS. SCOPE is events (the default: it reads what
  happened), entities (it reads users by their ids, as a back end of a supergraph), users (it finds and reads accounts) or
  support (it also locks accounts without a role, and ends their sessions)`;

/** `npm run service-token`. It needs no settings: only the hash of the token is put there. */
function make(): number {
  const { positionals } = parseArgs({ allowPositionals: true, strict: false });
  const [name = '', wanted = serviceScopes[0], ...rest] = positionals;
  if (rest.length > 0 || !isServiceName(name))
    return refuse('a name has small letters, digits and hyphens, 32 at most.');
  const scope = serviceScopes.find((each) => each === wanted);
  if (scope === undefined) return refuse(`a scope is ${serviceScopes.join(' or ')}.`);
  const token = newServiceToken(systemRandom);
  const setting = settingOf({ name, scope, hash: hashOfToken(token) });
  process.stdout.write(`The token, for ${name} alone (it is not shown again):\n  ${token}\n\n`);
  process.stdout.write(`Add this to SERVICE_TOKENS, after a comma if there is one already:\n  ${setting}\n`);
  return 0;
}

function refuse(problem: string): number {
  process.stderr.write(`phone-accounts: ${problem}\n${USAGE}\n`);
  return 1;
}

if (!printsHelp(USAGE)) process.exitCode = make();
