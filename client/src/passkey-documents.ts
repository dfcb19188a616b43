import { FAILURE } from './documents.js';

const PASSKEY = 'passkey{id name createdAt lastUsedAt backedUp}';

const mutation = (name: string, success: string, [args, passed]: readonly [string, string] = ['', '']) =>
  `mutation ${name}${args}{${name}${passed}{__typename ...on ${name.charAt(0).toUpperCase()}${name.slice(1)}Success{${success}}...Failure}}${FAILURE}`;

/** What the entry for passkeys sends beside the operations of documents.ts. Types and manifest are made of it, too. */
export const passkeyDocuments = {
  startPasskeyRegistration: mutation('startPasskeyRegistration', 'options'),
  finishPasskeyRegistration: mutation('finishPasskeyRegistration', PASSKEY, [
    '($input:FinishPasskeyRegistrationInput!)',
    '(input:$input)',
  ]),
  renamePasskey: mutation('renamePasskey', PASSKEY, ['($id:ID!$name:String!)', '(id:$id name:$name)']),
  removePasskey: mutation('removePasskey', PASSKEY, ['($id:ID!)', '(id:$id)']),
  startPasskeySignIn: mutation('startPasskeySignIn', 'options', [
    '($input:StartPasskeySignInInput!)',
    '(input:$input)',
  ]),
} as const;

export const listDocument = `query passkeys{me{${PASSKEY.replace('passkey', 'passkeys')}}}`;
