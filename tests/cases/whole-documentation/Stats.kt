/**
 * Gives the mean of the values. It divides
 * by their number.
 *
 * ```
 * val one = 3.
 * ```
 *
 * @param values The values to look at.
 * @return The mean of the values.
 */
fun mean(values: List<Double>): Double {
    return values.average()
}
