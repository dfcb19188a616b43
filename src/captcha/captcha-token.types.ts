/** `captchaToken`, the same in every input that has it. */
export const captchaTokenField = {
  nullable: true,
  description:
    'What the CAPTCHA widget gave you, after a `CaptchaRequiredError`. Good for one call: one that is blank, too long, ' +
    'used or expired counts as none. Deployments without a CAPTCHA do not look at it.',
} as const;
