// Lead one control slowly up and down again, and keep what the run did on the way.

import { button } from "./dom.js";

/** @typedef {import("./explorer.js").Exploration} Exploration */

const POINTS = 120; // each way, where the whole sweep is computed at once

export class Sweep {
  /** @param {Exploration} exploration */
  constructor(exploration) {
    this.exploration = exploration;
    this.spec = exploration.spec.sweep;
    this.phase = 0; // 0 ... 1 up, 1 ... 2 down
    this.playing = false;
    this.button = button("Sweep up and down", () => (this.playing ? this.pause() : this.play()));
  }

  /** @param {number} phase from 0 (low) over 1 (high) to 2 (low) */
  value(phase) {
    const { low, high } = this.spec;
    return low + (high - low) * (phase < 1 ? phase : 2 - phase);
  }

  play() {
    if (this.phase === 0 || this.phase >= 2) this.begin();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.jump();
    this.playing = true;
    this.button.textContent = "Pause";
    let last = performance.now();
    const frame = (/** @type {number} */ now) => {
      if (!this.playing) return;
      this.phase = Math.min(this.phase + Math.min(now - last, 50) / 1000 / this.spec.seconds, 2);
      last = now;
      this.stand(this.phase);
      this.exploration.paint();
      if (this.phase < 2) requestAnimationFrame(frame);
      else this.finish();
    };
    requestAnimationFrame(frame);
  }

  /** No motion wanted: the result at once. */
  jump() {
    for (let i = 1; i <= 2 * POINTS; i++) this.stand(i / POINTS);
    this.phase = 2;
    this.exploration.paint();
    this.finish();
  }

  begin() {
    this.clear();
    this.exploration.restart = true;
    this.stand(0);
  }

  /** Hold the control at one value for one run; write down amplitude, and extremes where a diagram shows them.
   * @param {number} phase */
  stand(phase) {
    const { exploration, spec } = this;
    const value = this.value(phase);
    exploration.hold(() => exploration.model.set(spec.name, value));
    const { trace, known, extremes } = exploration.scene;
    (phase <= 1 ? trace.up : trace.down).push([value, known.amplitude, ...(extremes?.() ?? [])]);
  }

  pause() {
    this.playing = false;
    this.button.textContent = "Go on";
    this.exploration.model.save_changes();
  }

  finish() {
    this.playing = false;
    this.button.textContent = "Sweep again";
    this.exploration.model.save_changes();
  }

  clear() {
    this.playing = false;
    this.phase = 0;
    this.exploration.scene.trace = { up: [], down: [] };
    this.button.textContent = "Sweep up and down";
  }
}
