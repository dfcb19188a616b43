const stops = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    void Promise.allSettled([...stops].map((stop) => stop())).then(() => process.exit(1));
  });
}

/** A run that is stopped calls `stop` before it ends, so it leaves no server behind. */
export function whenStopped(stop) {
  stops.add(stop);
}
