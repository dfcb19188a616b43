import { readFileSync } from 'node:fs';
import { type Copy, DockerfileParser, type Instruction, type JSONInstruction } from 'dockerfile-ast';

export interface Step {
  readonly keyword: string;
  /** Without flags, on one line. */
  readonly text: string;
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
}

export interface Stage {
  /** Null: the image itself. */
  readonly name: string | null;
  readonly base: string;
  readonly steps: readonly Step[];
}

/** The stages of a Dockerfile, with the defaults of its arguments before the first `FROM` put in. */
export function stagesOf(path: string): Stage[] {
  const steps = DockerfileParser.parse(readFileSync(path, 'utf8')).getInstructions().map(stepOf);
  const first = steps.findIndex(({ keyword }) => keyword === 'FROM');
  const defaults = new Map(steps.slice(0, first).map(({ text }): [string, string] => pairOf(text)));
  const starts = steps.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  return starts.map((start, index) => {
    const [base = '', , name = null] = steps[start]?.words ?? [];
    const known = base.replaceAll(/\$\{(\w+)\}/g, (_, argument: string) => defaults.get(argument) ?? '');
    return { name, base: known, steps: steps.slice(start + 1, starts[index + 1]) };
  });
}

/** The words of an instruction in exec form, as of `CMD`. Empty: it is not there, or it is in shell form. */
export function execForm({ steps }: Stage, keyword: string): string[] {
  const step = steps.findLast((each) => each.keyword === keyword);
  const [form = '[]'] = /\[.*\]$/.exec(step?.text ?? '') ?? [];
  return JSON.parse(form) as string[];
}

/** `NAME=value` of `ENV` and `ARG`. */
export function pairOf(word: string): [string, string] {
  const [name = '', ...value] = word.split('=');
  return [name, value.join('=').replaceAll(/^"|"$/g, '')];
}

function stepOf(instruction: Instruction): Step {
  const flags = 'getFlags' in instruction ? (instruction as JSONInstruction | Copy).getFlags() : [];
  return {
    keyword: instruction.getKeyword(),
    text: instruction.getArgumentsContent() ?? '',
    words: instruction.getArguments().map((argument) => argument.getValue()),
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ''])),
  };
}
