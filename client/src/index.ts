// The entry of the package: what an application may import. The modules import each other directly.
// biome-ignore-all lint/performance/noBarrelFile: a package has one entry.
export { type Accounts, type AccountsOptions, createAccounts, type Document, type RequestOptions } from './accounts.js';
export { AccountsError, type GraphqlError } from './accounts-error.js';
export type * from './schema-types.js';
export type { AccountsSession, SessionState } from './session-keeper.js';
export {
  createSignIn,
  type SignIn,
  type SignInDone,
  type SignInFailure,
  type SignInSettings,
  type SignInState,
} from './sign-in.js';
export { type AccountsStorage, memoryStorage } from './storage.js';
