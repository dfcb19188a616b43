import { fileURLToPath } from 'node:url';

/** @type {import('next').NextConfig} */
export default {
  // The client is a package of this repository, beside this folder.
  turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) },
  outputFileTracingRoot: fileURLToPath(new URL('../..', import.meta.url)),
};
