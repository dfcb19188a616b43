import { announce, openApp } from '../floor/app.js';

/** The whole service. It cleans when it is told to, and tells how long that took. */
const { server, housekeeper } = await openApp();
await server.listen({ host: '127.0.0.1', port: 0 });
process.on('message', async () => {
  const began = performance.now();
  await housekeeper.run();
  process.send({ seconds: (performance.now() - began) / 1000 });
});
announce(server.server.address().port);
