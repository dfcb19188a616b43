import type { DeviceTokens, DeviceTokenSubject } from './device-token.js';

/** Who guesses at a code or a password, as far as budgets tell callers apart. */
export interface Guesser {
  /** The client's network (IPv4 /24, IPv6 /56). */
  readonly network: string;
  /** What the client's device token says, if it has one. Whether the account knows the device is asked of the database. */
  readonly device: DeviceTokenSubject | null;
  /** Whether the client has shown not to be a machine: the limits on failures of all clients together then let it pass. */
  readonly suspicionCleared: boolean;
}

/** What of it comes with a command. */
export interface GuessingClient {
  readonly client: { readonly network: string };
  readonly deviceToken?: string | null;
  readonly suspicionCleared?: boolean;
}

export async function readGuesser(command: GuessingClient, deviceTokens: DeviceTokens): Promise<Guesser> {
  const { client, deviceToken = null, suspicionCleared = false } = command;
  return { network: client.network, device: await deviceTokens.read(deviceToken), suspicionCleared };
}
