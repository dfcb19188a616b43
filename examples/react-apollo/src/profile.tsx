import { gql, type TypedDocumentNode } from '@apollo/client';
import { useMutation, useQuery } from '@apollo/client/react';
import type { UpdateProfileInput, UpdateProfileResult, User } from '@phone-accounts/client';
import { messageFor, type Texts } from '@phone-accounts/client/messages';
import { type FormEvent, useState } from 'react';
import { accounts } from './accounts.js';
import { Passkeys } from './passkeys.js';

const ME: TypedDocumentNode<{ me: Pick<User, 'id' | 'phoneNumber' | 'firstName'> | null }> = gql`
  query Me {
    me {
      id
      phoneNumber
      firstName
    }
  }
`;
const RENAME: TypedDocumentNode<{ updateProfile: UpdateProfileResult }, { input: UpdateProfileInput }> = gql`
  mutation Rename($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      ... on UpdateProfileSuccess {
        user {
          id
          firstName
        }
      }
      ... on UserError {
        message
      }
    }
  }
`;

/** The user as Apollo Client has them in its cache: a new name is shown wherever the user is. */
export function Profile({ texts, passkeySuits }: { readonly texts: Texts; readonly passkeySuits: boolean }) {
  const { data, error } = useQuery(ME);
  const [rename, { loading }] = useMutation(RENAME);
  const [problem, setProblem] = useState<string | null>(null);

  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const firstName = String(new FormData(event.currentTarget).get('firstName'));
    const answer = await rename({ variables: { input: { firstName } } }).catch((failed: Error) => failed);
    if (answer instanceof Error) return setProblem(messageFor(answer, texts));
    const result = answer.data?.updateProfile;
    setProblem(result && result.__typename !== 'UpdateProfileSuccess' ? messageFor(result, texts) : null);
  };

  const me = data?.me;
  return (
    <>
      <h1>{me?.firstName ? `Hello, ${me.firstName}` : 'Hello'}</h1>
      <p>
        Signed in as <strong>{me?.phoneNumber}</strong>
      </p>
      <form onSubmit={save}>
        <label htmlFor="first-name">First name</label>
        <input id="first-name" name="firstName" autoComplete="given-name" required />
        <button type="submit" disabled={loading}>
          Save
        </button>
      </form>
      <p role="alert">{problem ?? (error && messageFor(error, texts))}</p>
      <Passkeys texts={texts} suits={passkeySuits} />
      <div className="links">
        <button type="button" onClick={() => accounts.logout()}>
          Sign out
        </button>
      </div>
    </>
  );
}
