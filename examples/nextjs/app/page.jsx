import { cookies } from 'next/headers';
import { SignIn } from './sign-in.jsx';
import { ACCOUNTS_URL, COOKIE, userOf } from './user.js';

/** A server component: it knows the user before the page is in the browser. */
export default async function Page() {
  const user = await userOf((await cookies()).get(COOKIE)?.value);
  return (
    <main>
      <h1>Acme</h1>
      <p>{user ? `The server knows user ${user.id} with the role ${user.role}.` : 'The server knows no user.'}</p>
      <SignIn url={`${ACCOUNTS_URL}/graphql`} />
    </main>
  );
}
