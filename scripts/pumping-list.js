import { buildWhenNeeded } from './build.js';

buildWhenNeeded();
await import('../dist/pumping-list.js');
