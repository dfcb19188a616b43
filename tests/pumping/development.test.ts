import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Inbox } from '../../src/inbox/inbox.js';
import { copyToInbox } from '../../src/inbox/inbox.sender.js';
import { systemRandom } from '../../src/platform/random.js';
import { ConsoleSender } from '../../src/providers/console/console.sender.js';
import { ManualClock } from '../support/manual-clock.js';
import { eventually } from '../support/eventually.js';
import { ask, GUARDED, isPaused, numberIn, pausesOf, pump } from '../support/pumping.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { startService } from '../support/service.js';

/** A developer tries the service with made-up numbers of one range, and types no code. */

const MADE_UP = '25567910';
const NOTE =
  /^Production would not send this code: .+ until \d{4}-\d\d-\d\d \d\d:\d\d UTC \(docs\/pumping-guard\.md\)\.$/;

test('the console shows every code, and beside it what production would withhold, in the terminal and in the inbox', async () => {
  const clock = new ManualClock();
  const inbox = new Inbox(systemRandom);
  const terminal = new PassThrough().setEncoding('utf8');
  const printed: string[] = [];
  terminal.on('data', (chunk: string) => printed.push(...chunk.trimEnd().split('\n')));
  const senders = new Map([['console', new ConsoleSender(terminal)]]);
  const copying = copyToInbox(inbox, { senders, copied: new Set(['console']), clock });
  const env = { PUMPING_GUARD: 'on' };
  const service = await startService({ clock, inbox, env, senders: [...copying.values()] });
  try {
    const answers = await pump(service, MADE_UP, 20);

    const shown = await eventually(async () =>
      inbox.after(undefined).length === 20 ? inbox.after(undefined) : undefined,
    );
    expect(shown.map(({ to }) => to)).toEqual(answers.map((_, index) => numberIn(MADE_UP, index)));
    // The guard decides as in production, and front ends see its answer.
    // The first request of the pause probes it.
    const withheld = answers.map((answer, index) => isPaused(answer) && index !== answers.findIndex(isPaused));
    expect(shown.map(({ note }) => note !== null)).toEqual(withheld);
    expect(shown.at(-1)?.note).toMatch(NOTE);
    expect((await pausesOf(service)).map(({ key }) => key)).toContain(`range:TZ:${MADE_UP}`);
    expect(printed.filter((line) => line.startsWith('SMS to '))).toHaveLength(20);
    expect(printed.at(-2)).toContain(`SMS to ${numberIn(MADE_UP, 19)}: `);
    expect(printed.at(-1)).toBe(`  ${shown.at(-1)?.note}`);
    expect(printed.filter((line) => line.startsWith('  Production'))).toHaveLength(withheld.filter(Boolean).length);
  } finally {
    await service.close();
  }
});

test('a route that may lead to a provider that sends withholds the code, also with the console in front', async () => {
  const senders = [new ScriptedSender('console'), new ScriptedSender('webhook')] as const;
  const { SMS_PROVIDER: _, ...guarded } = GUARDED;
  const env = { ...guarded, DELIVERY_ROUTES: 'SMS=console,webhook' };
  const service = await startService({ env, senders });
  try {
    const answers = await pump(service, MADE_UP, 20);

    // One of those that meet the pause probes it.
    expect(senders[0].attempts).toHaveLength(answers.filter((answer) => !isPaused(answer)).length + 1);
    expect(senders[0].attempts.every(({ note }) => note === undefined)).toBe(true);
    expect(isPaused(await ask(service, numberIn(MADE_UP, 30)))).toBe(true);
    expect(senders[1].attempts).toEqual([]);
  } finally {
    await service.close();
  }
});
