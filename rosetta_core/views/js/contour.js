// Curves along which a component of a field on a square grid vanishes.

/** Each curve as [xs, ys], chained from the crossings of the cells' sides so that a dash pattern runs through.
 * `points` and `slopes` are rows of two, grid row by grid row. @param {Float64Array} points @param {Float64Array} slopes
 * @param {number} k component @param {number} cells along a side @returns {[number[], number[]][]} */
export function zeros(points, slopes, k, cells) {
  /** @type {Map<string, string[]>} side of a cell -> the sides that the curve goes on to */
  const links = new Map();
  /** @type {Map<string, number[]>} */
  const crossing = new Map();
  const side = (/** @type {number} */ a, /** @type {number} */ b) => {
    const [fa, fb] = [slopes[2 * a + k], slopes[2 * b + k]];
    if (fa > 0 === fb > 0) return null;
    const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
    const s = fa / (fa - fb);
    crossing.set(key, [0, 1].map((c) => points[2 * a + c] + s * (points[2 * b + c] - points[2 * a + c])));
    return key;
  };
  const join = (/** @type {string} */ from, /** @type {string} */ to) => links.set(from, [...(links.get(from) ?? []), to]);
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const a = row * (cells + 1) + column;
      const around = [a, a + 1, a + cells + 2, a + cells + 1];
      const cut = around.map((corner, i) => side(corner, around[(i + 1) % 4])).filter((key) => key !== null);
      for (let i = 0; i + 1 < cut.length; i += 2) {
        join(cut[i], cut[i + 1]);
        join(cut[i + 1], cut[i]);
      }
    }
  }
  // Open curves from their ends first, then what is left: closed ones.
  const starts = [...links.keys()].sort((a, b) => links.get(a).length - links.get(b).length);
  /** @type {Set<string>} */
  const seen = new Set();
  const curves = [];
  for (const start of starts) {
    if (seen.has(start)) continue;
    const keys = [];
    for (let next = /** @type {string | undefined} */ (start); next; next = links.get(next).find((key) => !seen.has(key))) {
      seen.add(next);
      keys.push(next);
    }
    curves.push(/** @type {[number[], number[]]} */ ([0, 1].map((c) => keys.map((key) => crossing.get(key)[c]))));
  }
  return curves;
}
