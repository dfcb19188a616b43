import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { Drain } from '../../src/http/drain.js';
import { eventually } from '../support/eventually.js';

/** More than the system takes from Node while the client reads nothing. */
const LONG = 'x'.repeat(20_000_000);

test('a client that reads a long answer slowly gets all of it when the service stops meanwhile', async () => {
  const server = fastify({ forceCloseConnections: 'idle' });
  const drain = new Drain();
  drain.watch(server);
  server.get('/', () => LONG);
  await server.ready();
  await drain.listen(server, { host: '127.0.0.1', port: 0 });
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens nowhere.');
  const socket = connect(address.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: accounts.test\r\n\r\n');
  await once(socket, 'readable');

  const closing = server.close();
  await eventually(async () => (server.server.listening ? null : true));

  expect((await buffer(socket)).length).toBeGreaterThan(LONG.length);
  await closing;
});
