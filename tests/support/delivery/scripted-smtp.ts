import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A reply such as `250 ok`, or what the server does instead. */
export type SmtpReply = string | 'close' | 'hang' | 'trickle';

/** Where a server can answer: when it is greeted, each command by its verb, and after the message's last line. */
export type SmtpScript = Readonly<Partial<Record<Point, SmtpReply>>>;

export interface ScriptedSmtp {
  /** `127.0.0.1:port`, for SMTP_URL. */
  readonly host: string;
  /** Every line that clients sent. */
  readonly lines: readonly string[];
  /** How often somebody connected. */
  readonly connections: () => number;
  close(): Promise<void>;
}

const usual = {
  GREETING: '220 mail.example ESMTP',
  EHLO: '250 mail.example',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go ahead',
  MESSAGE: '250 taken',
  OTHER: '502 not implemented',
} as const;
const commands = ['EHLO', 'MAIL', 'RCPT', 'DATA'] as const;

/** A mail server that answers as it is told, at one point or at several, and otherwise takes everything. */
export async function startScriptedSmtp(script: SmtpScript): Promise<ScriptedSmtp> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    say(socket, script.GREETING ?? usual.GREETING);
    readLines(socket, (line, inMessage) => {
      lines.push(line);
      const point = pointOf(line, inMessage);
      const reply = point === null ? null : (script[point] ?? usual[point]);
      if (reply !== null) say(socket, reply);
      if (inMessage) return line !== '.';
      return point === 'DATA' && reply?.startsWith('3') === true;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    lines,
    connections: () => sockets.size,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

type Point = keyof typeof usual;

/** Where in the conversation a line stands; null: in the middle of a message. */
function pointOf(line: string, inMessage: boolean): Point | null {
  if (inMessage) return line === '.' ? 'MESSAGE' : null;
  const verb = line.slice(0, 4).toUpperCase();
  return commands.find((command) => command === verb) ?? 'OTHER';
}

/** @param take told each line, and whether it is one of a message; returns whether the next one will be */
function readLines(socket: Socket, take: (line: string, inMessage: boolean) => boolean): void {
  let [rest, inMessage] = ['', false];
  socket.on('data', (chunk) => {
    const parts = (rest + chunk.toString('utf8')).split('\r\n');
    rest = parts.pop() ?? '';
    for (const line of parts) inMessage = take(line, inMessage);
  });
}

function say(socket: Socket, reply: SmtpReply): void {
  if (reply === 'close') socket.destroy();
  else if (reply === 'trickle') {
    const timer = setInterval(() => socket.write('250-more\r\n'), 10);
    socket.on('close', () => clearInterval(timer));
  } else if (reply !== 'hang') socket.write(`${reply}\r\n`);
}
