import type { Page, Protocol } from 'puppeteer-core';

const OPTIONS: Protocol.WebAuthn.VirtualAuthenticatorOptions = {
  ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
  ...{ isUserVerified: true, automaticPresenceSimulation: true },
};

/** Gives the page an authenticator whose user agrees to everything at once, or when the returned function says so. */
export async function addAuthenticator(page: Page): Promise<(agrees: boolean) => Promise<void>> {
  const devices = await page.createCDPSession();
  await devices.send('WebAuthn.enable');
  const { authenticatorId } = await devices.send('WebAuthn.addVirtualAuthenticator', { options: OPTIONS });
  return (enabled) => devices.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
}
