import { say } from '../run.js';

/** What must not be. Each kind is a line of docs/soak.md. */
export type FindingKind =
  | 'lost'
  | 'doubled'
  | 'code accepted twice'
  | 'ended session works'
  | 'unexpected answer'
  | 'failed outside of a window'
  | 'table grows'
  | 'memory grows'
  | 'latency grows';

export interface Finding {
  readonly kind: FindingKind;
  readonly detail: string;
  /** Seconds since the load began. */
  readonly atSecond: number;
}

/** One cause may be found in each minute of a run. */
const SHOWN_OF_A_KIND = 20;

export class Findings {
  readonly all: Finding[] = [];
  #began = performance.now();
  #isOver = false;

  /** The load begins now. */
  begin(): void {
    this.#began = performance.now();
  }

  /** What breaks from now on, breaks because the run ends. */
  end(): void {
    this.#isOver = true;
  }

  get second(): number {
    return Math.round((performance.now() - this.#began) / 1000);
  }

  add(kind: FindingKind, detail: string): void {
    if (this.#isOver) return;
    const finding = { kind, detail, atSecond: this.second };
    this.all.push(finding);
    if (this.ofKind(kind) <= SHOWN_OF_A_KIND) say(lineOf(finding));
  }

  ofKind(kind: FindingKind): number {
    return this.all.filter((each) => each.kind === kind).length;
  }
}

function lineOf({ kind, detail, atSecond }: Finding): string {
  return `FOUND (${kind}, second ${atSecond}): ${detail}`;
}
