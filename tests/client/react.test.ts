import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createAccounts, memoryStorage } from '../../client/src/index.js';
import { useOtp, useSession } from '../../client/src/react.js';
import type { AccountsSession } from '../../client/src/session-keeper.js';

test('a server renders what it knows of the session and a form that waits, and asks the service nothing', () => {
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    return new Response('{}');
  };
  const accounts = createAccounts({ url: 'https://accounts.test/graphql', storage: memoryStorage(), fetch });
  function App({ known }: { readonly known?: AccountsSession | null }) {
    const session = useSession(accounts, known);
    const { step, busy } = useOtp(accounts);
    return createElement(
      'p',
      null,
      `${session === undefined ? 'unknown' : (session?.user.firstName ?? 'nobody')} ${step} ${busy}`,
    );
  }
  const asha = { user: { firstName: 'Asha' } } as AccountsSession;
  expect(renderToString(createElement(App))).toBe('<p>unknown idle false</p>');
  expect(renderToString(createElement(App, { known: null }))).toBe('<p>nobody idle false</p>');
  expect(renderToString(createElement(App, { known: asha }))).toBe('<p>Asha idle false</p>');
  expect(asked).toBe(0);
});
