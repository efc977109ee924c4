#include <gtest/gtest.h>
#include "stats.h"

TEST(Mean, TakesTwo) {
    EXPECT_EQ(mean({1, 2}), 1.5);
}

TEST(Mean, RefusesNone) {
    EXPECT_THROW({
        mean({});
    }, std::invalid_argument);
}
