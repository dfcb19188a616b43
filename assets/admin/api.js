import { post } from './post.js';
import { reauthenticate } from './reauthenticate.js';
import { accessToken, distrustAccessToken } from './session.js';

/** Never resolves: the page shows the sign-in by now, and whoever waits is gone. */
const gone = () => new Promise(() => {});

/** A query or mutation of who is signed in. @throws {ApiError} */
export async function ask(document, variables) {
  const token = await accessToken();
  if (token === null) return gone();
  try {
    return await post(document, variables, token);
  } catch (error) {
    if (error.code !== 'UNAUTHENTICATED') throw error;
    // It expired on its way, or the session has ended: the refresh tells which.
    distrustAccessToken();
    const next = await accessToken();
    return next === null ? gone() : post(document, variables, next);
  }
}

/**
 * A mutation, and its result. Where it needs a fresh proof, asks for one and repeats the call.
 * @returns null: who is signed in did not want to prove it
 */
export async function act(document, variables) {
  for (;;) {
    const [result] = Object.values(await ask(document, variables));
    if (result.__typename !== 'ReauthenticationRequiredError') return result;
    if (!(await reauthenticate(result.methods))) return null;
  }
}
