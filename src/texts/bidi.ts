/** Letters of scripts that run from right to left, as they occur in names of services. */
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;

/**
 * Prepares a name for the sentence `around`. If the name or the sentence runs from right to left, the name is isolated,
 * so that both keep their order (FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE, Unicode Standard Annex 9). Otherwise
 * the name stays as it is, because an isolate is not in the GSM alphabet.
 */
export function isolatedIn(around: string, name: string): string {
  return rightToLeft.test(around + name) ? `\u2068${name}\u2069` : name;
}

/** Prepares numbers with commas for the sentence `around`: they always run from left to right. */
export function leftToRightIn(around: string, numbers: string): string {
  return rightToLeft.test(around) ? `\u2066${numbers}\u2069` : numbers;
}
