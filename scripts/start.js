import './end-with-npm.js';
import { buildWhenNeeded } from './build.js';

await buildWhenNeeded();
await import('../dist/main.js');
