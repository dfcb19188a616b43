import { runCommand } from './run-command.js';
import { clearLimits } from './users/clear-limits.js';
import { deleteWord } from './users/delete.js';
import { exportWord } from './users/export.js';
import { find } from './users/find.js';
import { lock, unlock } from './users/lock.js';
import { marketplace } from './users/marketplace.js';
import { usageOf } from './users/read-call.js';
import { role } from './users/role.js';
import { runWords } from './users/run-words.js';
import { show } from './users/show.js';
import { signOut } from './users/sign-out.js';

const command = {
  command: 'users',
  words: {
    find,
    show,
    lock,
    unlock,
    'sign-out': signOut,
    'clear-limits': clearLimits,
    role,
    marketplace,
    export: exportWord,
    delete: deleteWord,
  },
};

// `npm run users`: what administrators do with accounts, at the machine.
await runCommand(usageOf(command), (start) => runWords(start, command));
