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
}

/** The other tabs of the same site. Without BroadcastChannel each tab finds out when it refreshes. */
export function otherTabs(name: string, shared: boolean): Tabs {
  if (!shared || !globalThis.BroadcastChannel) return { tell() {}, listen() {} };
  const channel = new BroadcastChannel(name);
  return {
    tell: (message) => channel.postMessage(message),
    listen(listener) {
      channel.onmessage = ({ data }) => listener(data);
    },
  };
}
