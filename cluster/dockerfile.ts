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
  /** An image, or the name of a stage before. */
  readonly base: string;
  readonly steps: readonly Step[];
}

/** The stages of a Dockerfile. */
export function stagesOf(path: string): Stage[] {
  const steps = DockerfileParser.parse(readFileSync(path, 'utf8')).getInstructions().map(stepOf);
  const starts = steps.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  return starts.map((start, index) => {
    const [base = '', , name = null] = steps[start]?.words ?? [];
    return { name, base, steps: steps.slice(start + 1, starts[index + 1]) };
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
