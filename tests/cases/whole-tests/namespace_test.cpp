#include <gtest/gtest.h>

namespace stats
{

TEST(Mean, TakesTwo)
{
    EXPECT_EQ(mean({1, 2}), 1.5);
}

TEST(Mean, TakesEach)
{
    for (auto value : {1, 2}) {
        EXPECT_EQ(mean({value}), value);
    }
}

}
