/** Coprime to the number of numbers: neighbours in time are spread over the number ranges, as people are. */
const STRIDE = 7_654_321;
const NUMBERS = 10_000_000;
let people = 0;

/** Phone numbers that no subject has seen. */
export function newNumbers(count) {
  return Array.from({ length: count }, () => {
    people += 1;
    return `+977984${String((people * STRIDE) % NUMBERS).padStart(7, '0')}`;
  });
}

/** Registration forms of people that no subject has seen. */
export function newForms(count, password) {
  return newNumbers(count).map((phoneNumber) => ({
    ...{ phoneNumber, email: `bench${phoneNumber.slice(1)}@example.com`, firstName: 'A', lastName: 'B' },
    ...{ password, passwordConfirm: password },
  }));
}
