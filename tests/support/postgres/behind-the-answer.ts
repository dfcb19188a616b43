/**
 * No answer waits for what becomes of messages, for what the pumping guard counts and pauses, for parts of
 * budgets that go back, for notes of requests, or for what is tidied and summed up every minute. None of it is a transaction.
 */
const BEHIND_THE_ANSWER = [
  /^\s*(insert into|update|select .* from) "?(proof_counters|send_pauses)"?/i,
  /^\s*update "?messages"?/i,
  // Requests for codes are noted.
  /^\s*insert into code_requests/i,
  // Days are summed up, every minute.
  /"send_days"/i,
  /^\s*select .* from "messages" where \("messages"\."created_at"/i,
  // What is left of a part of a budget goes back.
  /^\s*with locked as \(.*update rate_budgets/is,
  // Sign-ins skip locked rows, too, and their answers wait.
  /^(?!.*insert into sessions).*skip locked/is,
];

/** Whether a statement, by its text, is one that no answer waits for. */
export function isBehindTheAnswer(text: string): boolean {
  return BEHIND_THE_ANSWER.some((pattern) => pattern.test(text));
}
