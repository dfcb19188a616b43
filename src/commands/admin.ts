import { runCommand } from './run-command.js';
import { grant, list, revoke } from './users/administrators.js';
import { usageOf } from './users/read-call.js';
import { runWords } from './users/run-words.js';

const command = { command: 'admin', words: { grant, revoke, list } };

// `npm run admin`: who has a role, at the machine. The first administrator is made here.
await runCommand(usageOf(command), (start) => runWords(start, command));
