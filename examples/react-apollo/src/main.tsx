import './style.css';
import { ApolloProvider } from '@apollo/client/react';
import { loadTexts, messageFor } from '@phone-accounts/client/messages';
import { useSession } from '@phone-accounts/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { accounts, apollo } from './accounts.js';
import { Profile } from './profile.js';
import { SignInForm } from './sign-in-form.js';
import { useSignInOptions } from './sign-in-options.js';

const texts = await loadTexts(...navigator.languages);

function App() {
  const session = useSession(accounts);
  const { options, error, ask } = useSignInOptions();
  if (session) return <Profile texts={texts} />;
  if (error) return <TryAgain message={messageFor(error, texts)} onPress={ask} />;
  if (session === undefined || !options) return <p role="status">One moment …</p>;
  return <SignInForm options={options} texts={texts} />;
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
