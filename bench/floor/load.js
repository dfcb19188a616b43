import { connect } from 'node:net';

/**
 * Sends requests over open connections, one at a time on each. Resolves with the answers and the total milliseconds. It
 * only writes and reads bytes, so that it measures the servers and not the client.
 */
export async function load(sockets, requests) {
  const bodies = new Array(requests.length);
  const bytes = requests.map((request) => Buffer.from(request));
  let next = 0;
  const began = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (let index = next++; index < bytes.length; index = next++) bodies[index] = await ask(socket, bytes[index]);
    }),
  );
  return { milliseconds: performance.now() - began, bodies };
}

export function openConnections(port, count) {
  return Array.from({ length: count }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
}

/** A POST as bytes on the wire. */
export function post({ path, body, token }) {
  const text = JSON.stringify(body);
  const headers = ['host: 127.0.0.1', 'content-type: application/json', `content-length: ${Buffer.byteLength(text)}`];
  if (token) headers.push(`authorization: Bearer ${token}`);
  return `POST ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${text}`;
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
      const head = received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1]);
      if (received.length - head - 4 < length) return;
      finish();
      resolve(received.slice(head + 4));
    };
    if (socket.destroyed) return onClose();
    socket.on('data', onData);
    socket.on('close', onClose);
    socket.write(bytes);
  });
}
