import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HelpDesk, openHelpDesk } from '../support/operations/help-desk.js';
import { runCommand } from '../support/process/operator-command.js';
import { TEST_SECRET } from '../support/service.js';

let desk: HelpDesk;
beforeAll(async () => {
  desk = await openHelpDesk();
});
afterAll(() => desk.close());

/** `npm run messages -- …` */
async function messages(...args: readonly string[]) {
  const env = { DATABASE_URL: desk.database.url, APP_SECRET: TEST_SECRET };
  const { code, stdout, stderr } = await runCommand({ name: 'messages', args, env });
  return { failed: code !== 0, stdout, stderr };
}

test('an operator learns why a number got no code, and whoever asks wrongly what to type', async () => {
  const to = desk.newNumber();
  desk.refuseNext({ reason: 'rejected', providerCode: 'E-7', providerMessage: 'Insufficient credit' });
  await desk.ask(to);
  await desk.ask(to);
  const [text, json, word, nobody] = await Promise.all([
    messages('--to', to),
    messages('--to', to, '--json'),
    messages('--to', 'my number'),
    messages(),
  ]);
  expect(text).toMatchObject({ failed: false, stderr: '' });
  expect(text.stdout).toMatch(
    new RegExp(`^\\${to} \\(TZ\\): PROVIDER_REFUSED\nwebhook refused the message of .*Insufficient credit`),
  );
  expect(text.stdout).toMatch(/ {2}SIGN_IN {2}SMS {2}too_many_requests {2}Pause between two codes\n/);
  expect(text.stdout).toMatch(/ {2}SIGN_IN {2}SMS {2}failed {2}webhook {2}rejected {2}E-7 {2}Insufficient credit\n$/);
  const report = JSON.parse(json.stdout);
  expect(report).toMatchObject({ cause: 'PROVIDER_REFUSED', messages: [{ providerMessage: 'Insufficient credit' }] });
  expect(json.stdout).not.toMatch(/secret|challengeId/i);
  expect(word.stdout).toMatch(/^my number: NOT_A_NUMBER\n/);
  expect(nobody).toMatchObject({ failed: true, stderr: expect.stringContaining('npm run messages -- --to') });
});
