#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import './end-with-npm.js';
import { buildWhenNeeded } from './build.js';

/** The program of an installed package: `npx phone-accounts` starts the service, and a word behind it names another command. */

/** Words, which are also the names of npm scripts in a checkout, with what they do. */
const COMMANDS = {
  start: 'start the service (also without a word)',
  migrate: 'run the migrations that are new',
  'delivery:try': 'send a test message through each provider of a route',
  routes: 'show which providers send to a country, and why',
  admin: 'give a role, take it away, list who has one',
  users: 'find, show, change, lock and delete accounts',
  'users:import': 'take over accounts of another system',
  messages: 'show why a number got no code',
  'pumping:list': 'show the number ranges that get no codes',
  'pumping:lift': 'send codes to a number range or a country again',
  costs: 'show what messages cost',
  events: 'deliver old events once more',
  'service-token': 'make a token for another service',
  'keys:rotate': 'change the keys that sign access tokens',
  'cities:import': 'read a newer list of cities',
};

const HELP = `Usage: phone-accounts [COMMAND] [OPTIONS]

${Object.entries(COMMANDS)
  .map(([word, what]) => `  ${word.padEnd(15)}${what}`)
  .join('\n')}

Where a message or a page says "npm run users -- find TEXT", type "npx phone-accounts users find TEXT".
Settings come from the environment and from the file .env in this folder (.env.example in the package lists them).
`;

async function run(word, options) {
  if (word === '--help' || word === 'help') return process.stdout.write(HELP);
  if (word === '--version') return process.stdout.write(`${versionOf('../package.json')}\n`);
  if (!Object.hasOwn(COMMANDS, word)) {
    process.stderr.write(`phone-accounts: there is no command "${word}". phone-accounts --help lists them.\n`);
    process.exitCode = 1;
    return;
  }
  // A command reads what stands behind its own file name.
  process.argv.splice(2, process.argv.length, ...options);
  await buildWhenNeeded();
  await import(word === 'start' ? '../dist/main.js' : `../dist/commands/${word.replace(':', '-')}.js`);
}

function versionOf(manifest) {
  return JSON.parse(readFileSync(new URL(manifest, import.meta.url), 'utf8')).version;
}

const [word = 'start', ...options] = process.argv.slice(2);
await run(word, options);
