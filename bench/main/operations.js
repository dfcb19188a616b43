/** What is measured, in the order of the table. `of` is the operation that is called, `share` how many calls beside the others. */
export const OPERATIONS = {
  requestOtpNew: { title: 'requestOtp, new number', of: 'requestOtp', share: 1 },
  requestOtpKnown: { title: 'requestOtp, known number', of: 'requestOtp', share: 1 },
  verifyOtpWrong: { title: 'verifyOtp, wrong code', of: 'verifyOtp', share: 1 },
  verifyOtpFirst: { title: 'verifyOtp, first time', of: 'verifyOtp', share: 1 },
  verifyOtpRight: { title: 'verifyOtp, known number', of: 'verifyOtp', share: 1 },
  meNew: { title: 'me, new token', of: 'me', share: 1 },
  meSeen: { title: 'me, seen token', of: 'me', share: 1 },
  refreshSession: { title: 'refreshSession', of: 'refreshSession', share: 1 },
  register: { title: 'register', of: 'register', share: 0.1 },
  login: { title: 'login', of: 'login', share: 0.1 },
  mix: { title: "a day's mix", of: null, share: 1 },
};

/** Each token asked twice: the two operations taken together. */
export const SESSION_CHECK = { title: 'me, each token twice', parts: ['meNew', 'meSeen'] };

/** A day's mix: 80 % `me`, 10 % `refreshSession`, 5 % `requestOtp`, 5 % `verifyOtp`. */
export const MIX = { refreshSession: 0.1, requestOtp: 0.05, verifyOtp: 0.05 };
