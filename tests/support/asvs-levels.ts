/**
 * The requirements of OWASP ASVS 5.0.0 that docs/security/asvs.md answers: V4.3, V6, V7, V9 and V16. For each section, the
 * levels of its requirements in their order: `6.1` has 6.1.1 of level 1, 6.1.2 of level 2, and so on.
 */
export const asvsLevels: Readonly<Record<string, string>> = {
  '4.3': '22',
  '6.1': '122',
  '6.2': '111111112222',
  '6.3': '11223333',
  '6.4': '112233',
  '6.5': '22222333',
  '6.6': '2223',
  '6.7': '33',
  '6.8': '2222',
  '7.1': '222',
  '7.2': '1111',
  '7.3': '22',
  '7.4': '11222',
  '7.5': '223',
  '7.6': '22',
  '9.1': '111',
  '9.2': '1222',
  '16.1': '2',
  '16.2': '22222',
  '16.3': '2222',
  '16.4': '222',
  '16.5': '2223',
};
