/** Masks a phone number for logs: the country and the last two digits stay. */
export function maskPhoneNumber(phoneNumber: string): string {
  return `${phoneNumber.slice(0, 4)}…${phoneNumber.slice(-2)}`;
}
