export interface Patience {
  /** What was waited for has come. */
  end(): void;
}

/**
 * Runs `giveUp` when it is time, unless `end` was called. A process that was busy or stopped for longer first reads what has
 * arrived meanwhile: Node runs timers before it reads.
 */
export function patience(milliseconds: number, giveUp: () => void): Patience {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    immediate = setImmediate(giveUp);
  }, milliseconds);
  return {
    end() {
      clearTimeout(timer);
      clearImmediate(immediate);
    },
  };
}
