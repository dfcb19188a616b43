import { get } from 'node:http';

/** HEALTHCHECK of the image: exit code 0 while the process answers. */
const WITHIN_MS = 2_000;
const { HOST, PORT } = process.env;

const end = (isHealthy) => process.exit(isHealthy ? 0 : 1);
setTimeout(() => end(false), WITHIN_MS);
// Empty counts as absent, as in all settings.
get({ host: HOST || '127.0.0.1', port: PORT || 4000, path: '/healthz' }, ({ statusCode }) =>
  end(statusCode === 200),
).on('error', () => end(false));
