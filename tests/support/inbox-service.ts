import { PassThrough } from 'node:stream';
import { Inbox } from '../../src/inbox/inbox.js';
import { InboxSender } from '../../src/inbox/inbox.sender.js';
import { ConsoleSender } from '../../src/messaging/console.sender.js';
import { systemRandom } from '../../src/platform/random.js';
import { ManualClock } from './manual-clock.js';
import { startService, type TestService, type TestServiceOptions } from './service.js';

export interface InboxService extends TestService {
  readonly inbox: Inbox;
  /** A message at the time of the service's clock, past every limit. */
  receive(message: { to?: string; text: string; channel?: string }): void;
}

/** The service as a developer has it: codes go to the terminal, which nobody reads here, and into the inbox. */
export async function startInboxService(options: Omit<TestServiceOptions, 'inbox'> = {}): Promise<InboxService> {
  const clock = options.clock ?? new ManualClock();
  const inbox = new Inbox(systemRandom);
  const terminal = new PassThrough().resume();
  const sender = new InboxSender({ sender: new ConsoleSender(terminal), inbox, clock });
  const service = await startService({ sender, ...options, clock, inbox });
  return {
    ...service,
    inbox,
    receive: ({ to = '+255679190720', text, channel = 'SMS' }) =>
      inbox.receive({ to, text, channel, sentAt: clock.now() }),
  };
}
