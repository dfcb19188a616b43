/** Collects what is wrong with a URL and what is passed over. Each text follows the name of the setting. */
export interface Findings {
  /** The service cannot use the URL. */
  complain(problem: string): void;
  /** The service uses the URL all the same. */
  warn(warning: string): void;
}
