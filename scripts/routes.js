import { buildWhenNeeded } from './build.js';

await buildWhenNeeded();
await import('../dist/commands/routes.js');
