/** Letters of the scripts that run from right to left and that people write names of services in. */
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;

/**
 * A name as it stands in `around`: isolated where either runs from right to left, so that neither disturbs the order of
 * the other (FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE, Unicode Standard Annex 9). Elsewhere as it is: one isolate
 * would take a text out of the GSM alphabet.
 */
export function isolatedIn(around: string, name: string): string {
  return rightToLeft.test(around + name) ? `\u2068${name}\u2069` : name;
}

/** Numbers with commas between them as they stand in `around`: from left to right, whichever way the text runs. */
export function leftToRightIn(around: string, numbers: string): string {
  return rightToLeft.test(around) ? `\u2066${numbers}\u2069` : numbers;
}
