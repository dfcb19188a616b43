/** The field `captchaToken` of all inputs that have it. */
export const captchaTokenField = {
  nullable: true,
  description:
    'The token from the CAPTCHA widget, after a `CaptchaRequiredError`. It is good for one call. A token that is blank, ' +
    'too long, used or expired counts as missing. Services without a CAPTCHA ignore it.',
} as const;
