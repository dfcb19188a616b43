/** How Twilio names things: two letters for the kind, 32 hexadecimal digits. */
export function isMessageSid(sid: unknown): sid is string {
  return typeof sid === 'string' && /^[SM]M[0-9a-f]{32}$/i.test(sid);
}

export function isCallSid(sid: unknown): sid is string {
  return typeof sid === 'string' && /^CA[0-9a-f]{32}$/i.test(sid);
}
