/** Longest stretch of stepping before the event loop has its turn, in real milliseconds. */
const sliceMs = 5

/** An engine further behind than this, in real seconds, is waited for: the simulated clock stands still meanwhile. */
const maxLagSeconds = 1

/** Drives an engine by the real clock, `speed` simulated seconds to the real one. */
export class Pacer {
  /** Simulated seconds by which the clock was held because this machine was too slow. 0 in a sound measurement. */
  slipped = 0
  #engine
  #speed
  #onStep
  #onTick
  #start = performance.now()
  /** @type {NodeJS.Timeout | undefined} */
  #timer
  #timerAt = Infinity
  #queued = false

  /**
   * @param {import('./engine.js').Engine} engine
   * @param {number} speed
   * @param {{ onStep: () => void, onTick: () => void }} watchers told at the end of each step, and whenever time has passed
   */
  constructor(engine, speed, { onStep, onTick }) {
    this.#engine = engine
    this.#speed = speed
    this.#onStep = onStep
    this.#onTick = onTick
  }

  /** Simulated seconds, as the real clock has it. */
  get now() {
    return ((performance.now() - this.#start) / 1000) * this.#speed - this.slipped
  }

  /** Bring the engine to the present, and see to it that it goes on. */
  sync() {
    const stop = performance.now() + sliceMs
    const caughtUp = this.#engine.advance(Math.max(this.now, this.#engine.now), () => {
      this.#onStep()
      return performance.now() > stop
    })
    if (!caughtUp) {
      const behind = this.now - this.#engine.now
      if (behind > maxLagSeconds * this.#speed) this.slipped += behind
    }
    this.#onTick()
    this.#schedule()
  }

  stop() {
    clearTimeout(this.#timer)
    this.#timerAt = -Infinity
  }

  /** Real milliseconds for so many simulated seconds. @param {number} seconds */
  realMs(seconds) {
    return (seconds / this.#speed) * 1000
  }

  #schedule() {
    const at = this.#engine.nextEventAt
    if (at === this.#timerAt || this.#queued || this.#timerAt === -Infinity) return
    clearTimeout(this.#timer)
    this.#timerAt = at
    if (at === Infinity) return
    const ms = this.realMs(at - this.now)
    if (ms <= 0) {
      this.#queued = true
      setImmediate(() => this.#fire())
    } else {
      this.#timer = setTimeout(() => this.#fire(), ms)
    }
  }

  #fire() {
    if (this.#timerAt === -Infinity) return
    this.#queued = false
    this.#timerAt = Infinity
    this.sync()
  }
}
