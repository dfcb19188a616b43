import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type SelfSigned, selfSigned } from '../self-signed.js';

/** An email as it arrived. */
export interface ReceivedMail {
  /** Of the envelope: who it really goes to. */
  readonly recipients: readonly string[];
  readonly sender: string;
  /** Whether it came over an encrypted connection. */
  readonly secure: boolean;
  readonly user: string | null;
  readonly raw: string;
  readonly email: Email;
}

export interface MailStandIn {
  /** `localhost:port`, for SMTP_URL. */
  readonly host: string;
  /** For whoever is to trust the server. */
  readonly ca: string;
  readonly mails: readonly ReceivedMail[];
  /** How often somebody connected. */
  readonly connections: () => number;
  /** What clients called themselves. */
  readonly names: ReadonlySet<string>;
  /** Closes every connection, as servers do with those that have been idle. */
  hangUp(): void;
  close(): Promise<void>;
}

export interface MailOptions {
  /** `none`: in the clear only. */
  readonly encryption?: 'starttls' | 'implicit' | 'none';
  /** Who may send; absent: anybody. */
  readonly login?: { readonly user: string; readonly password: string };
}

/** A mail server that takes what it is given. */
export async function startMailStandIn(options: MailOptions = {}): Promise<MailStandIn> {
  const { encryption = 'starttls', login } = options;
  const certificate: SelfSigned = selfSigned('localhost');
  const mails: ReceivedMail[] = [];
  const names = new Set<string>();
  let connections = 0;
  const server = new SMTPServer({
    ...certificate,
    secure: encryption === 'implicit',
    disabledCommands: [...(encryption === 'none' ? ['STARTTLS'] : []), ...(login ? [] : ['AUTH'])],
    onConnect(_session, callback) {
      connections += 1;
      callback();
    },
    onAuth: ({ username, password }, _session, callback) => {
      const right = username === login?.user && password === login?.password;
      callback(null, right ? { user: username } : { message: 'Authentication credentials invalid', responseCode: 535 });
    },
    async onData(stream, session, callback) {
      const content = await buffer(stream);
      const { mailFrom, rcptTo } = session.envelope;
      names.add(session.hostNameAppearsAs);
      mails.push({
        recipients: rcptTo.map(({ address }) => address),
        sender: mailFrom ? mailFrom.address : '',
        secure: session.secure,
        user: session.user ?? null,
        raw: content.toString('utf8'),
        email: await PostalMime.parse(content),
      });
      callback(null, 'taken');
    },
  } satisfies SMTPServerOptions);
  // A client that hangs up because it does not trust the certificate is what tests are about.
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');

  return {
    host: `localhost:${(server.server.address() as AddressInfo).port}`,
    ca: certificate.cert,
    mails,
    connections: () => connections,
    names,
    hangUp() {
      for (const connection of server.connections) connection.close();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
