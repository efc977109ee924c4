defmodule Stats do
  @doc """
  Gives the mean of the values. It divides
  by their number.

  ## Examples

      iex> Stats.mean([1, 2])
      1.5

  It raises where there are none.
  """
  def mean(values) do
    Enum.sum(values) / length(values)
  end
end
