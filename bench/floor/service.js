import { announce, openApp } from './app.js';

/** The whole service with GraphQL. */
const { server } = await openApp();
await server.listen({ host: '127.0.0.1', port: 0 });
announce(server.server.address().port);
