/** Digits that are left out at least. Some islands have numbers of seven or eight digits in all. */
const LEFT_OUT = 2;

/**
 * The first digits of a number in E.164, `count` at most. They never tell the whole number: what is counted of the numbers
 * around it stays when the number's account is deleted.
 */
export function firstDigits(phoneNumber: string, count: number): string {
  return phoneNumber.slice(1, 1 + Math.min(count, phoneNumber.length - 1 - LEFT_OUT));
}
