import { buildWhenNeeded } from './build.js';

buildWhenNeeded();
await import('../dist/cities-import.js');
