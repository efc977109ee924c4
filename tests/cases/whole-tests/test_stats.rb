require "minitest/autorun"
require_relative "../stats"

class TestMean < Minitest::Test
  def test_two
    assert_equal 1.5, mean([1, 2])
  end

  def test_none
    assert_raises(ArgumentError) do
      mean([])
    end
  end
end
