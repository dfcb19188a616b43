import { describe, expect, test } from 'vitest';
import { createLogger } from '../../src/platform/logger.js';
import { maskEmailAddresses } from '../../src/platform/mask-email-address.js';

/** The line that a logger writes. */
function lineOf(fields: object, message = 'something happened'): string {
  const lines: string[] = [];
  createLogger('info', { write: (line: string) => void lines.push(line) }).info(fields, message);
  return lines.join('');
}

describe('somebody who reads the logs', () => {
  test('finds no email address, wherever it came from', () => {
    const error = new Error('550 <jo.doe+x@mail.example.co.uk> unknown', {
      cause: new Error('to jo.doe+x@mail.example.co.uk'),
    });
    const line = lineOf(
      { to: 'jo.doe+x@mail.example.co.uk', nested: { list: ['JO@EXAMPLE.COM'] }, err: error },
      'to ज@उदाहरण.नेपाल',
    );
    for (const part of ['jo.doe', 'JO@', 'doe+x', 'ज@']) expect(line).not.toContain(part);
    expect(JSON.parse(line)).toMatchObject({
      to: 'j…@mail.example.co.uk',
      nested: { list: ['J…@EXAMPLE.COM'] },
      err: { message: '550 <j…@mail.example.co.uk> unknown', cause: { message: 'to j…@mail.example.co.uk' } },
      msg: 'to ज…@उदाहरण.नेपाल',
    });
  });

  test.each([
    ['jo@xn--80a1acny.xn--p1ai', 'j…@xn--80a1acny.xn--p1ai'],
    ['a/b=c@example.com', 'a…@example.com'],
    ['!#$%&*@example.com', '!…@example.com'],
  ])('finds no part of an address before its @: %s', (address, masked) => {
    expect(JSON.parse(lineOf({ to: `to <${address}>` }))).toMatchObject({ to: `to <${masked}>` });
  });

  test('finds phone numbers and addresses masked side by side', () => {
    expect(lineOf({ to: '+9779800000000, jo@example.com' })).toContain('"to":"+977…00, j…@example.com"');
  });

  test('finds a line for each event, whatever breaks the texts hold that somebody else wrote', () => {
    const forged = 'x"}\n{"level":30,"msg":"signed in"}\r\n\u0085\u001b[2K';
    const line = lineOf({ providerMessage: forged, err: new Error(forged) }, forged);
    for (const breaking of ['\n', '\r', '\u001b']) expect(line.trimEnd()).not.toContain(breaking);
    expect(JSON.parse(line)).toMatchObject({ providerMessage: forged, err: { message: forged }, msg: forged });
  });

  test('still finds places in the code, versions and Message-IDs of our own', () => {
    const stack = [
      'at file:///srv/node_modules/@apollo/server/dist/esm/ApolloServer.js:1:2',
      'drizzle-orm@0.45.4',
      'git@github',
      '<018f0000-0000-7000-8000-000000000001@example.com>',
    ].join('\n');
    expect(JSON.parse(lineOf({ stack }))).toMatchObject({ stack });
  });

  test('is not kept waiting by a line that looks like an address for a long time', () => {
    const start = performance.now();
    maskEmailAddresses(`${'a.'.repeat(20_000)}@${'a.'.repeat(20_000)}@`);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
