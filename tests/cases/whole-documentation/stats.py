def mean(values):
    """Gives the mean of the values. It divides
    by their number.

    Args:
        values: The values to look at, which
            are numbers.

    Returns:
        The mean of the values.
    """
    return sum(values) / len(values)
