using Xunit;

namespace Stats.Tests
{
    public class StatsTests
    {
        [Fact]
        public void MeanOfTwo()
        {
            Assert.Equal(1.5, Stats.Mean(1, 2));
        }

        [Theory]
        [InlineData(1)]
        public void MeanOfOne(int value)
        {
            Assert.Equal(value, Stats.Mean(value));
        }

        [Fact]
        public void MeanOfNone()
        {
            Assert.Throws<ArgumentException>(() => Stats.Mean());
        }
    }
}
