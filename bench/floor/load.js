import { connect } from 'node:net';

/**
 * Sends requests over open connections, one at a time on each. Resolves with the answers, the milliseconds that each took and
 * the milliseconds in all. It only writes and reads bytes, so that it measures the servers and not the client.
 */
export async function load(sockets, requests) {
  const [bodies, heads, times] = [0, 0, 0].map(() => new Array(requests.length));
  const bytes = requests.map((request) => Buffer.from(request));
  let next = 0;
  const began = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (let index = next++; index < bytes.length; index = next++) {
        const asked = performance.now();
        const { head, body } = await ask(socket, bytes[index]);
        [heads[index], bodies[index], times[index]] = [head, body, performance.now() - asked];
      }
    }),
  );
  return { milliseconds: performance.now() - began, bodies, heads, times };
}

export function openConnections(port, count) {
  return Array.from({ length: count }, () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    // Its end is told to the request that waits on it.
    socket.on('error', () => socket.destroy());
    return socket;
  });
}

/** A POST as bytes on the wire. */
export function post({ path, body, token, headers: others = {} }) {
  const text = JSON.stringify(body);
  const headers = ['host: 127.0.0.1', 'content-type: application/json', `content-length: ${Buffer.byteLength(text)}`];
  if (token) headers.push(`authorization: Bearer ${token}`);
  for (const [name, value] of Object.entries(others)) headers.push(`${name}: ${value}`);
  return `POST ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${text}`;
}

/** A GET as bytes on the wire. */
export function get({ path, cookie }) {
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: ${cookie}\r\n\r\n`;
}

function ask(socket, bytes) {
  return new Promise((resolve, reject) => {
    let received = '';
    const finish = () => {
      socket.off('data', onData);
      socket.off('close', onClose);
    };
    const onClose = () => {
      finish();
      reject(new Error(`A connection was closed after: ${received}`));
    };
    const onData = (part) => {
      received += part.toString('latin1');
      const answer = answerIn(received);
      if (answer === null) return;
      finish();
      resolve(answer);
    };
    if (socket.destroyed) return onClose();
    socket.on('data', onData);
    socket.on('close', onClose);
    socket.write(bytes);
  });
}

/** Null until the answer is complete. */
function answerIn(received) {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [head, body] = [received.slice(0, end), received.slice(end + 4)];
  // No content: it has no body, and does not say so.
  if (head.startsWith('HTTP/1.1 204')) return { head, body };
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) return body.length < Number(length) ? null : { head, body };
  // In chunks: each has its length before it, and the last one is empty.
  return body.endsWith('0\r\n\r\n') ? { head, body: body.replaceAll(/(?:^|\r\n)[\da-f]+\r\n/g, '').trimEnd() } : null;
}
