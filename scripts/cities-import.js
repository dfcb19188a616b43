import { buildWhenNeeded } from './build.js';

buildWhenNeeded();
await import('../dist/commands/cities-import.js');
