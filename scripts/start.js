import { buildWhenNeeded } from './build.js';

buildWhenNeeded();
await import('../dist/main.js');
