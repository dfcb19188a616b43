import { PassThrough } from 'node:stream';
import { Inbox, type InboxMessage } from '../../../src/inbox/inbox.js';
import { copyToInbox } from '../../../src/inbox/inbox.sender.js';
import { ConsoleSender } from '../../../src/providers/console/console.sender.js';
import { systemRandom } from '../../../src/platform/random.js';
import { ManualClock } from '../manual-clock.js';
import { startService, type TestService, type TestServiceOptions } from '../service.js';

export interface InboxService extends TestService {
  readonly inbox: Inbox;
  /** A message at the time of the service's clock, past every limit. Its code is 575784 unless given. */
  receive(message: Partial<Omit<InboxMessage, 'id'>>): void;
}

/** The service as a developer has it: codes go to a terminal that is thrown away, and into the inbox. */
export async function startInboxService(options: Omit<TestServiceOptions, 'inbox'> = {}): Promise<InboxService> {
  const clock = options.clock ?? new ManualClock();
  const inbox = new Inbox(systemRandom);
  const terminal = new ConsoleSender(new PassThrough().resume());
  const copied = new Set([terminal.provider]);
  const parts = { senders: new Map([[terminal.provider, terminal]]), copied, clock };
  const senders = [...copyToInbox(inbox, parts).values()];
  const service = await startService({ senders, ...options, clock, inbox });
  return { ...service, inbox, receive: (message) => inbox.receive(inboxMessage({ sentAt: clock.now(), ...message })) };
}

export function inboxMessage(given: Partial<Omit<InboxMessage, 'id'>> = {}): Omit<InboxMessage, 'id'> {
  const { code = '575784' } = given;
  const text = `${code ?? 'Nothing'} is your verification code. It expires in 10 minutes. Do not share it with anyone.`;
  return {
    to: '+255679190720',
    channel: 'SMS',
    code,
    subject: null,
    text,
    note: null,
    sentAt: new ManualClock().now(),
    ...given,
  };
}
