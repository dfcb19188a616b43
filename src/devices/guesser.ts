import type { ClientNetworks } from '../platform/client-networks.js';
import type { DeviceTokens, DeviceTokenSubject } from './device-token.js';

/** A client that guesses at a code or a password, as far as budgets tell clients apart. */
export interface Guesser {
  /** For the audit trail. */
  readonly ipAddress: string | null;
  readonly networks: ClientNetworks;
  /** What the client's device token says, if it has one. The database knows whether the account knows the device. */
  readonly device: DeviceTokenSubject | null;
  /** Whether the client has just passed a CAPTCHA: the limits on failures of all clients together are wider for it. */
  readonly suspicionCleared: boolean;
  /** Whether a suspicious guess is refused, neither counted nor compared, because a CAPTCHA can clear it. */
  readonly refuseSuspicious: boolean;
}

/** What comes with a command for it. */
export interface GuessingClient {
  readonly client: Pick<Guesser, 'ipAddress' | 'networks'>;
  readonly deviceToken?: string | null;
}

/** @param permission what the CAPTCHA gate said of the call */
export async function readGuesser(
  { client, deviceToken = null }: GuessingClient,
  permission: { readonly suspicionCleared: boolean; readonly askIfSuspicious: boolean },
  deviceTokens: DeviceTokens,
): Promise<Guesser> {
  const { suspicionCleared, askIfSuspicious: refuseSuspicious } = permission;
  const device = deviceTokens.read(deviceToken);
  const { ipAddress, networks } = client;
  return { ipAddress, networks, device, suspicionCleared, refuseSuspicious };
}
