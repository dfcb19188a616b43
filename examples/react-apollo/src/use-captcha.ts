import type { CaptchaRequiredError, SignInState } from '@phone-accounts/client';
import { useState } from 'react';

/** A call of the form. With a token it is repeated after a CAPTCHA. */
export type Call = (captcha: { readonly captchaToken?: string }) => Promise<SignInState>;

/** Makes calls. The one that the service refused for want of a CAPTCHA waits for a token. */
export function useCaptcha() {
  const [waiting, setWaiting] = useState<{ readonly call: Call; readonly required: CaptchaRequiredError } | null>(null);
  const make = async (call: Call, captchaToken?: string) => {
    setWaiting(null);
    const { failure } = await call(captchaToken === undefined ? {} : { captchaToken });
    if (failure?.__typename === 'CaptchaRequiredError') setWaiting({ call, required: failure });
  };
  return { waiting, make, forget: () => setWaiting(null) };
}
