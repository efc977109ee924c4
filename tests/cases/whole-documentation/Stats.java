class Stats {
    /**
     * Gives the mean of the values. It divides
     * by their number.
     *
     * <ul>
     * <li>It rounds nothing.
     * </ul>
     *
     * @param values The values to look at.
     * @return The mean of the values.
     */
    double mean(double[] values) {
        return sum(values) / values.length;
    }
}
