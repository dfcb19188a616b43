import { readFileSync } from 'node:fs';
import { projectFolder } from '../platform/project-folder.js';

/** scripts/build.js puts the commit in its place. Nothing does where the source runs as it is. */
declare const BUILD_COMMIT: string | undefined;

/** What runs. */
export function runningBuild(): { version: string; commit: string; node: string } {
  const { version } = JSON.parse(readFileSync(new URL('package.json', projectFolder), 'utf8')) as { version: string };
  const commit = typeof BUILD_COMMIT === 'string' ? BUILD_COMMIT : '';
  return { version, commit, node: process.version };
}
