import { type ParseArgsConfig, parseArgs } from 'node:util';
import { CommandError } from '../../platform/startup-error.js';
import type { UserWord, WordCall } from './word.js';

/** A command, and what can be typed behind it. */
export interface CommandWords {
  /** `npm run <command>`. */
  readonly command: string;
  readonly words: Readonly<Record<string, UserWord>>;
}

/** What somebody typed behind `npm run users --`. */
export interface TypedCall extends Pick<WordCall, 'given' | 'options'> {
  readonly word: UserWord;
  readonly json: boolean;
}

/** What can be typed. */
export function usageOf({ command, words }: CommandWords): string {
  const usages = Object.entries(words).map(([each, { usage }]) => `  npm run ${command} -- ${each} ${usage}`);
  return `Usage, with --json for programs:\n${usages.join('\n')}`;
}

/** @throws CommandError that shows what can be typed */
export function readCall([name = '', ...args]: readonly string[], typed: CommandWords): TypedCall {
  const { words } = typed;
  const usage = usageOf(typed);
  const word = Object.hasOwn(words, name) ? words[name] : undefined;
  if (word === undefined) throw new CommandError(`say what to do.\n${usage}`);
  const parsed = parse(args, word);
  if (parsed === null) throw new CommandError(`there is no such option.\n${usage}`);
  const { positionals: given, values } = parsed;
  const [least, most] = word.takes;
  if (given.length < least || given.length > most) throw new CommandError(`that is not what it takes.\n${usage}`);
  const { json = false, ...options } = values as WordCall['options'];
  return { word, given, options, json: json === true };
}

function parse(args: string[], { options: own }: UserWord) {
  const options: ParseArgsConfig['options'] = { ...own, json: { type: 'boolean' } };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch {
    return null;
  }
}
