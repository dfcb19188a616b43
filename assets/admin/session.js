import { REFRESH, SIGN_OUT } from './documents.js';
import { post } from './post.js';

/**
 * Who is signed in on this page. The access token is kept in memory. The refresh token outlives a reload in the session storage
 * of this tab, and no longer: not in the cookie of cookie mode, which the pages of CORS_ORIGINS share, so that a flaw in
 * one of them would be a flaw here (docs/decisions/0049-console.md). No other origin reads this storage, and this page runs
 * nobody else's script.
 */

const KEPT = 'admin.session';
/** It signs nobody in: it says that an account has known this browser before. */
const DEVICE = 'admin.device';
/** Before it expires, so that no call is made with a token that ends on its way. */
const EARLY_SECONDS = 30;

let current = null;
let refreshing = null;
let onEnd = () => {};
let release = () => {};
/** The session whose lock this tab has. */
let held = null;

export const me = () => current?.me ?? null;
export const mayAct = () => current?.me.role === 'ADMIN';
/** Whether those with the role of this session may touch an account. */
export const mayTouch = ({ role }) => mayAct() || role === 'USER';

export function whenEnded(listener) {
  onEnd = listener;
}

export function knownDevice() {
  return localStorage.getItem(DEVICE);
}

/** @returns null, or why this account has nothing to do here */
export async function begin({ user, tokens, deviceToken }) {
  if (deviceToken) localStorage.setItem(DEVICE, deviceToken);
  if (user.role === 'USER') {
    await post(SIGN_OUT, { refreshToken: tokens.refreshToken }).catch(() => null);
    return 'This account has no role here. An administrator can give it one.';
  }
  keep({ ...tokens, me: user, id: `${user.id} ${Date.now()}` });
  await holdAlone(current.id);
  return null;
}

/** After a reload. @returns who is signed in, or null; if nobody is, `whenEnded` was told */
export async function resume() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
  if (kept === null) {
    onEnd(null);
    return null;
  }
  // A browser copies the storage when it duplicates a tab. Two tabs with one refresh token would end the session.
  if (!(await holdAlone(kept.id))) {
    end(null);
    return null;
  }
  current = { ...kept, me: null, accessToken: null, freshUntil: 0 };
  try {
    await accessToken();
  } catch (error) {
    current = null;
    throw error;
  }
  return me();
}

/** New tokens of the same session. */
export function replaceTokens(tokens) {
  keep({ ...current, ...tokens });
}

export async function signOut() {
  const { refreshToken } = current;
  end(null);
  await post(SIGN_OUT, { refreshToken }).catch(() => null);
}

/** Null: the session has ended. @throws {Error} while the service is away; the session then goes on later */
export async function accessToken() {
  if (current === null) return null;
  if (performance.now() < current.freshUntil) return current.accessToken;
  refreshing ??= refresh().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** The service did not take the access token: the next call gets a new one, if the session goes on. */
export function distrustAccessToken() {
  if (current !== null) current.freshUntil = 0;
}

async function refresh() {
  const session = current;
  const { refreshSession: result } = await post(REFRESH, { refreshToken: session.refreshToken });
  // Signed out meanwhile.
  if (current !== session) return null;
  if (result.__typename !== 'RefreshSessionSuccess') {
    end('Your session has ended. Sign in again.');
    return null;
  }
  if (result.user.role === 'USER') {
    end('Your role was taken away.');
    return null;
  }
  keep({ ...session, ...result.tokens, me: result.user });
  return current.accessToken;
}

function keep({ accessTokenExpiresInSeconds, ...session }) {
  const seconds = accessTokenExpiresInSeconds - EARLY_SECONDS;
  // Counted from here, because the clock of the device may be wrong.
  current = { ...session, freshUntil: performance.now() + seconds * 1_000 };
  sessionStorage.setItem(KEPT, JSON.stringify({ id: current.id, refreshToken: current.refreshToken }));
}

export function end(why) {
  current = null;
  sessionStorage.removeItem(KEPT);
  held = null;
  release();
  onEnd(why);
}

/** Whether no other tab has this session. A page that was just reloaded gives it back within a moment. */
async function holdAlone(id) {
  // Only pages over TLS, and of this machine, have locks.
  if (!navigator.locks || held === id) return true;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (await take(id)) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

function take(id) {
  return new Promise((resolve) => {
    void navigator.locks.request(`admin ${id}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      if (lock === null) return;
      held = id;
      return new Promise((done) => {
        release = done;
      });
    });
  });
}
