// What a page knows of its series, and how lines are made of it.

/** Keeps the points of series by number, in the order of time. */
export class Points {
  #series = new Map();

  clear() {
    this.#series.clear();
  }

  /** Adds columns as the server sends them. A step that is known is taken anew, since it may not have been over. */
  add(columns) {
    for (const { id, time_ms, avg, min, max } of columns) {
      const known = this.#series.get(id) ?? [];
      const fresh = time_ms.map((time, n) => ({ time, value: avg[n], min: min[n], max: max[n] }));
      if (fresh.length === 0) continue;
      while (known.length > 0 && known.at(-1).time >= fresh[0].time) known.pop();
      known.push(...fresh);
      this.#series.set(id, known);
    }
  }

  /** Forgets what is before a time. */
  trim(from) {
    for (const known of this.#series.values()) {
      let old = 0;
      while (old < known.length && known[old].time < from) old += 1;
      if (old > 0) known.splice(0, old);
    }
  }

  of(id) {
    return this.#series.get(id) ?? [];
  }

  /** Returns the points of a line. It has one where each of its groups has one. */
  line({ sums, make, down, falls }) {
    const sign = down ? -1 : 1;
    if (sums.length === 1 && sums[0].length === 1) {
      return this.of(sums[0][0].id).map(({ time, value, min, max }) => ({
        time,
        value: sign * make(value),
        // Of what is made of how much is left, the most is where the least was left.
        min: sign * make(falls ? max : min),
        max: sign * make(falls ? min : max),
      }));
    }
    const groups = sums.map((group) => this.#sum(group));
    const points = [];
    for (const [time, value] of groups[0]) {
      const others = groups.slice(1).map((group) => group.get(time));
      if (others.includes(undefined)) continue;
      const made = sign * make(value, ...others);
      points.push({ time, value: made, min: made, max: made });
    }
    return points;
  }

  #sum(group) {
    const sum = new Map();
    for (const { id } of group) for (const { time, value } of this.of(id)) sum.set(time, (sum.get(time) ?? 0) + value);
    return sum;
  }
}
