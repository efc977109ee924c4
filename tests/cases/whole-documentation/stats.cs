class Stats
{
    /// <summary>
    /// Gives the mean of the values.
    /// It divides by their number.
    /// </summary>
    /// <param name="values">The values to look at, all of them.</param>
    /// <returns>The mean of the values.</returns>
    /// <exception cref="ArgumentException">
    /// Thrown where there are none.
    /// </exception>
    public double Mean(double[] values)
    {
        return values.Average();
    }
}
