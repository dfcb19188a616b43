import type { User } from './schema-types.js';

/** The session of a tab, for the others. */
export interface TabMessage {
  readonly user: User | null;
  readonly token: string | null;
  /** Seconds for which the token is still valid. */
  readonly left: number;
  /** Whether the tab has another user than before. */
  readonly changed: boolean;
}

export interface Tabs {
  tell(message: TabMessage): void;
  listen(listener: (message: TabMessage) => void): void;
  /** Resolves once all has been heard that other tabs told before. */
  heard(): Promise<unknown>;
}

/** Milliseconds after which nothing more is expected. In a hidden tab a timer takes a second or a minute. */
const LATEST = 1000;

/** The other tabs of the same site. Without BroadcastChannel each tab finds out when it refreshes. */
export function otherTabs(name: string, shared: boolean): Tabs {
  if (!shared || !globalThis.BroadcastChannel) return { tell() {}, listen() {}, async heard() {} };
  const channel = new BroadcastChannel(name);
  const echo = new BroadcastChannel(name);
  return {
    tell: (message) => channel.postMessage(message),
    listen(listener) {
      channel.onmessage = ({ data }) => listener(data);
    },
    // What the tab tells itself comes behind what others told it before. Other tabs learn nothing from a number.
    heard: () =>
      new Promise((resolve) => {
        const own = Math.random();
        echo.onmessage = ({ data }) => data === own && resolve(data);
        channel.postMessage(own);
        setTimeout(resolve, LATEST);
      }),
  };
}
