import { type OtpPhrasesContent, otpPhrases, withUse } from './otp-phrases.js';

/** An email with a code: one line of subject, and plain text with the code on a line of its own. */
export function otpEmail(content: OtpPhrasesContent & { readonly code: string }): { subject: string; text: string } {
  const { yourCode, introduction, use, expiresIn, ignoreEmail, punctuation } = otpPhrases(content);
  return {
    subject: `${content.code} ${yourCode}`,
    text: [introduction, content.code, withUse(use, expiresIn, punctuation), ignoreEmail].join('\n\n'),
  };
}
