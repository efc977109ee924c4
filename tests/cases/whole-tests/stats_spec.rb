require "stats"

RSpec.describe Stats do
  describe ".mean" do
    it "takes two" do
      expect(Stats.mean([1, 2])).to eq 1.5
    end

    it "takes one" do
      [1, 2].each do |value|
        expect(Stats.mean([value])).to eq value
      end
    end
  end

  it "refuses none" do
    expect { Stats.mean([]) }.to raise_error(ArgumentError)
  end
end
