import { buildWhenNeeded } from './build.js';

buildWhenNeeded();
await import('../dist/delivery-try.js');
