/** What a developer is told beside a code that production would withhold. */
export function withheldNote(pausedUntil: Date): string {
  const time = pausedUntil.toISOString().slice(0, 16).replace('T', ' ');
  return `Production would not send this code: hardly any code to this number range was typed, so the pumping guard pauses it until ${time} UTC (docs/pumping-guard.md).`;
}
