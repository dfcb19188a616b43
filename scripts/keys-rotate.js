import { buildWhenNeeded } from './build.js';

buildWhenNeeded();
await import('../dist/keys-rotate.js');
