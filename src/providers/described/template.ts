/** A text of a description: literal parts, and names in braces. `{{` and `}}` are braces. */
export type TemplatePart = { readonly text: string } | { readonly name: string };

export type TemplateReading =
  | { readonly kind: 'template'; readonly parts: readonly TemplatePart[] }
  | { readonly kind: 'problem'; readonly what: string };

const TOKEN = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g;

export function readTemplate(text: string): TemplateReading {
  const parts: TemplatePart[] = [];
  for (const [token, name] of text.matchAll(TOKEN)) {
    if (name !== undefined) parts.push({ name });
    else if (token === '{' || token === '}') {
      return { kind: 'problem', what: `has a single ${token}. Write ${token}${token} for a brace in the text.` };
    } else parts.push({ text: token.replace('{{', '{').replace('}}', '}') });
  }
  return { kind: 'template', parts };
}

/** The names in a template. A template that cannot be read has none. */
export function namesIn(text: string): string[] {
  const reading = readTemplate(text);
  return reading.kind === 'problem' ? [] : reading.parts.flatMap((part) => ('name' in part ? [part.name] : []));
}

/** What a name stands for. Undefined: nothing, so that what names it is left out. */
export type Values = (name: string) => string | undefined;
/** Writes a value so that it cannot become anything but a value where it stands. */
export type Escape = (value: string) => string;

/** Undefined: it names something that is absent. */
export function fill(text: string, values: Values, escaped: Escape = (value) => value): string | undefined {
  const reading = readTemplate(text);
  if (reading.kind === 'problem') return undefined;
  let filled = '';
  for (const part of reading.parts) {
    const value = 'text' in part ? part.text : values(part.name);
    if (value === undefined) return undefined;
    filled += 'text' in part ? value : escaped(value);
  }
  return filled;
}
