/** The credential of WebOTP (https://wicg.github.io/web-otp/), which no library of types knows yet. */
interface OtpCredential {
  readonly code: string;
}

interface OtpRequest {
  readonly otp: { readonly transport: readonly ['sms'] };
  readonly signal: AbortSignal;
}

/**
 * The code out of a text message, where the browser reads it and the user agrees: Chromium on Android. Null where it does
 * not, or when the signal ends the wait. The text must end with the domain of the page (docs/texts.md).
 */
export async function codeFromText(signal: AbortSignal): Promise<string | null> {
  if (!('OTPCredential' in globalThis)) return null;
  const { credentials } = navigator as unknown as {
    credentials: { get(request: OtpRequest): Promise<OtpCredential | null> };
  };
  try {
    return (await credentials.get({ otp: { transport: ['sms'] }, signal }))?.code ?? null;
  } catch {
    return null;
  }
}
