/**
 * Gives the mean of the values. It divides
 * by their number.
 *
 * @param {number[]} values - The values to look at.
 * @returns {number} The mean of the values.
 * @example
 * mean([1, 2]);
 * // => 1.5
 */
function mean(values) {
  return values.reduce((one, other) => one + other) / values.length;
}
