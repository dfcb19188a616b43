import './style.css';
import { ApolloProvider } from '@apollo/client/react';
import type { SignInDone } from '@phone-accounts/client';
import { loadTexts, messageFor } from '@phone-accounts/client/messages';
import { useSession } from '@phone-accounts/client/react';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { accounts, apollo, passkeys } from './accounts.js';
import { Profile } from './profile.js';
import { SignInForm } from './sign-in-form.js';
import { useSignInOptions } from './sign-in-options.js';

const texts = await loadTexts(...navigator.languages);

function App() {
  const session = useSession(accounts);
  const { options, error, ask } = useSignInOptions();
  // The form is gone by the time the user is signed in.
  const [passkeySuits, setPasskeySuits] = useState(false);
  if (session) return <Profile texts={texts} passkeySuits={passkeySuits} />;
  if (error) return <TryAgain message={messageFor(error, texts)} onPress={ask} />;
  if (session === undefined || !options) return <p role="status">One moment …</p>;
  const onDone = (done: SignInDone) => void passkeys.suits(done).then(setPasskeySuits);
  return <SignInForm options={options} texts={texts} onDone={onDone} />;
}

function TryAgain({ message, onPress }: { readonly message: string; readonly onPress: () => void }) {
  return (
    <>
      <p role="alert">{message}</p>
      <button type="button" onClick={onPress}>
        Try again
      </button>
    </>
  );
}

createRoot(document.querySelector('#root') as Element).render(
  <StrictMode>
    <ApolloProvider client={apollo}>
      <main>
        <App />
      </main>
    </ApolloProvider>
  </StrictMode>,
);
