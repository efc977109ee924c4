defmodule StatsTest do
  use ExUnit.Case

  describe "mean/1" do
    test "takes two" do
      assert Stats.mean([1, 2]) == 1.5
    end

    test "refuses none" do
      assert_raise ArgumentError, fn ->
        Stats.mean([])
      end
    end
  end
end
