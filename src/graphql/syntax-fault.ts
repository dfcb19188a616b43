/** A token by its kind. What graphql-js quotes behind it is text of the client. */
const TOKEN = '(?:<EOF>|Name|Int|Float|String|BlockString|"[!$&().:=@[\\]{|}]+")';
/** A token or keyword that the grammar wants. */
const WANTED = '(?:<EOF>|Name|Int|Float|String|BlockString|"[^"]{1,20}")';

/** Texts of graphql-js, or their beginnings, that hold nothing of the document. */
const SAFE = [
  new RegExp(`^Expected ${WANTED}, found ${TOKEN}`),
  new RegExp(`^Unexpected ${TOKEN}`),
  /^Unexpected variable(?= )/,
  /^Unexpected single quote character \('\), did you mean to use a double quote \("\)\?$/,
  /^Unexpected character/,
  /^Unexpected description, [\w ]+/,
  /^Unterminated string/,
  /^Invalid (?:number|(?:Unicode|character) escape sequence|character within String|character)/,
  /^(?:Document|Source) contains more tha[nt] \d+ (?:tokens|comments|UTF-16 code units)\. Parsing aborted/,
];

/** The message about a document that cannot be parsed, without its text. The place is in `locations`. */
export function syntaxFault(message: string): string {
  const text = message.replace(/^Syntax Error: /, '');
  const [safe] = SAFE.flatMap((pattern) => pattern.exec(text) ?? []);
  if (safe === undefined) return 'Syntax Error.';
  return `Syntax Error: ${safe}${safe.endsWith('?') ? '' : '.'}`;
}
