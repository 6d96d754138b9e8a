/** Buckets of vLLM's latency histograms, in seconds. */
const latencyBuckets = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680]
const firstTokenBuckets = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560]

export class Histogram {
  #buckets
  sum = 0
  count = 0

  /** @param {readonly number[]} bounds upper, ascending */
  constructor(bounds) {
    this.bounds = bounds
    this.#buckets = bounds.map(() => 0)
  }

  /** @param {number} value */
  add(value) {
    this.sum += value
    this.count++
    const at = this.bounds.findIndex((bound) => value <= bound)
    if (at >= 0) this.#buckets[at] = (this.#buckets[at] ?? 0) + 1
  }

  /** Counts at or under each bound. */
  get cumulative() {
    let sum = 0
    return this.#buckets.map((count) => (sum += count))
  }
}

/** Latencies since the server was started, in simulated seconds. */
export class Latencies {
  firstToken = new Histogram(firstTokenBuckets)
  whole = new Histogram(latencyBuckets)
  queue = new Histogram(latencyBuckets)

  /** @param {import('./sequence.js').Sequence} sequence that is done */
  add({ arrivedAt, startedAt, firstTokenAt, doneAt }) {
    this.firstToken.add(firstTokenAt - arrivedAt)
    this.whole.add(doneAt - arrivedAt)
    this.queue.add(startedAt - arrivedAt)
  }
}
