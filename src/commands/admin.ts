import { startUp } from '../start-up.js';
import { grant, list, revoke } from './users/administrators.js';
import { runWords } from './users/run-words.js';

// `npm run admin`: who has a role, at the machine. The first administrator is made here.
await startUp((start) => runWords(start, { command: 'admin', words: { grant, revoke, list } }));
