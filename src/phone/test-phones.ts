/**
 * Test numbers have a fixed code that is good without a request, and nothing is sent to them. They are for app store review, automated tests and first
 * steps with the service. They are not checked against numbering plans; all other rules apply to them.
 */
export class TestPhones {
  readonly #codes: ReadonlyMap<string, string>;
  readonly #until: Date | null;

  /** @param codes the fixed code by E.164 number. @param until when the numbers stop working; null means never. */
  constructor(codes: ReadonlyMap<string, string>, until: Date | null) {
    this.#codes = codes;
    this.#until = until;
  }

  /** Whether there are test numbers that worked until a time, and that time is over. */
  haveEnded(now: Date): boolean {
    return this.#codes.size > 0 && this.#until !== null && now >= this.#until;
  }

  /** @param typed a number in any spelling with its country code, digits already ASCII. */
  find(typed: string, now: Date): { phoneNumber: string; testCode: string } | null {
    if (this.haveEnded(now)) return null;
    if (!/^[\s(]*(\+|00)[\d\s()./-]+$/.test(typed)) return null;
    const phoneNumber = `+${typed.replace(/\D/g, '').replace(/^00/, '')}`;
    const testCode = this.#codes.get(phoneNumber);
    return testCode === undefined ? null : { phoneNumber, testCode };
  }

  /** The fixed code of an E.164 number, or null for an ordinary number. */
  codeOf(phoneNumber: string, now: Date): string | null {
    return this.find(phoneNumber, now)?.testCode ?? null;
  }
}
