/** A phone number as logs may show it: country and last two digits. */
export function maskPhoneNumber(phoneNumber: string): string {
  return `${phoneNumber.slice(0, 4)}…${phoneNumber.slice(-2)}`;
}
