import { buildWhenNeeded } from './build.js';

buildWhenNeeded();
await import('../dist/commands/keys-rotate.js');
