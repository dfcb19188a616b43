import './style.css';
import { ApolloProvider } from '@apollo/client/react';
import { loadTexts } from '@phone-accounts/client/messages';
import { useSession } from '@phone-accounts/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { accounts, apollo } from './accounts.js';
import { Profile } from './profile.js';
import { SignInForm } from './sign-in-form.js';

// What the form needs to know, asked for while the session resumes.
const [options, texts] = await Promise.all([accounts.signInOptions(), loadTexts(...navigator.languages)]);

function App() {
  const session = useSession(accounts);
  if (session === undefined) return <p role="status">One moment …</p>;
  return session ? <Profile texts={texts} /> : <SignInForm options={options} texts={texts} />;
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
