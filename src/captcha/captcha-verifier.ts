/** A CAPTCHA solution to check. */
export interface CaptchaSolution {
  /** The token that the widget gave to the front end. */
  readonly token: string;
  /** The address of the caller; null if it is unknown. */
  readonly ipAddress: string | null;
}

/**
 * The verdict of a provider. `unavailable` can let a call through, so a caller must not be able to cause it. Everything
 * that a caller can cause by what it sends is `failed`.
 */
export type CaptchaVerdict = 'passed' | 'failed' | 'unavailable';

/** Has solutions checked. Adapters never throw: every failure of the provider becomes a verdict. */
export interface CaptchaVerifier {
  verify(solution: CaptchaSolution): Promise<CaptchaVerdict>;
}
