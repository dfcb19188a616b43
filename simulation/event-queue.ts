/** Events in the order of their time: a binary heap. */
export class EventQueue<Event extends { readonly at: number }> {
  readonly #events: Event[] = [];

  push(event: Event): void {
    const events = this.#events;
    let index = events.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = events[parent];
      if (above === undefined || above.at <= event.at) break;
      events[index] = above;
      index = parent;
    }
    events[index] = event;
  }

  /** The events up to this time, including events that are added meanwhile. */
  *until(time: number): Generator<Event> {
    while ((this.#events[0]?.at ?? Number.POSITIVE_INFINITY) <= time) {
      const event = this.#pop();
      if (!event) return;
      yield event;
    }
  }

  #pop(): Event | undefined {
    const first = this.#events[0];
    const last = this.#events.pop();
    if (last !== undefined && this.#events.length > 0) this.#sink(last);
    return first;
  }

  #sink(event: Event): void {
    const events = this.#events;
    let index = 0;
    for (;;) {
      const left = events[2 * index + 1];
      const right = events[2 * index + 2];
      if (left === undefined) break;
      const [child, least] = right && right.at < left.at ? [2 * index + 2, right] : [2 * index + 1, left];
      if (least.at >= event.at) break;
      events[index] = least;
      index = child;
    }
    events[index] = event;
  }
}
