import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startService } from '../support/service.js';

const BODY = '{"query":"{ cities(first: 1) { edges { node { id } } } }"}';
const HEAD = `POST /graphql HTTP/1.1\r\nhost: accounts.test\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}`;

test('three requests in one packet while the service drains: each is answered, and the last answer ends the connection', async () => {
  const service = await startService({ env: { DRAIN_SECONDS: '1' } });
  const closing = service.close();
  await eventually(async () => ((await fetch(`${service.url}/readyz`)).status === 503 ? true : null));
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  await once(socket, 'connect');

  socket.write(`${HEAD}\r\n\r\n${BODY}`.repeat(3));

  const answers = await text(socket);
  expect(answers.match(/^HTTP\/1\.1 \d+/gm)).toEqual(Array(3).fill('HTTP/1.1 200'));
  expect(answers.match(/^connection: (\S+)/gim)?.map((line) => line.toLowerCase())).toEqual([
    'connection: keep-alive',
    'connection: keep-alive',
    'connection: close',
  ]);
  await closing;
});
