import { type SettingsContext, type SettingValues, setting, text } from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';
import { nameProblem } from '../texts/service-name.js';

/** A text names the application, and must stay short. */
const MOST_CHARACTERS = 40;

export const numberProofSettings = {
  PROOF_AUDIENCES: setting(
    text,
    '(none: no number is proved)',
    'Applications that a number can be proved to with proveNumber, separated by commas, e.g. shop.example.com. The message with the code names the application.',
  ),
} as const;

export interface NumberProofConfig {
  readonly proofs: {
    /** The applications that a number can be proved to. Empty: none. */
    readonly audiences: readonly string[];
  };
}

export function readNumberProofs(
  { PROOF_AUDIENCES }: SettingValues<typeof numberProofSettings>,
  { complain }: Pick<SettingsContext, 'complain'>,
  /** Of access tokens. */
  tokenAudience: readonly string[],
): NumberProofConfig {
  const audiences = [...new Set(splitList(PROOF_AUDIENCES))];
  if (PROOF_AUDIENCES !== undefined && audiences.length === 0)
    complain('PROOF_AUDIENCES has a comma only. Name an application.');
  for (const audience of audiences) {
    const problem = nameProblem(audience);
    if (problem !== null) complain(`PROOF_AUDIENCES: ${audience} ${problem}.`);
    if (audience.length > MOST_CHARACTERS)
      complain(`PROOF_AUDIENCES: ${audience} must have at most ${MOST_CHARACTERS} characters.`);
    // The same keys sign both. A service that does not look at `typ` would take a proof for an access token.
    if (tokenAudience.includes(audience))
      complain(
        `PROOF_AUDIENCES: ${audience} is an audience of access tokens (TOKEN_AUDIENCE). Name the application otherwise.`,
      );
  }
  return { proofs: { audiences } };
}
