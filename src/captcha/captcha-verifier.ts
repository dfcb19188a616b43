/** A CAPTCHA that somebody claims to have solved. */
export interface CaptchaSolution {
  /** What the widget gave the front end. */
  readonly token: string;
  /** Who sent it; null if that is not known. */
  readonly ipAddress: string | null;
}

/**
 * What a provider says. Whatever a caller can bring about by what they send is `failed`: `unavailable` can let somebody
 * through, so nobody may be able to provoke it.
 */
export type CaptchaVerdict = 'passed' | 'failed' | 'unavailable';

/** A way to have a solution checked. Adapters never throw: whatever a provider does becomes a verdict. */
export interface CaptchaVerifier {
  verify(solution: CaptchaSolution): Promise<CaptchaVerdict>;
}
