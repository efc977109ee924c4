#include "unity.h"

void setUp(void) {}

void test_two(void)
{
    TEST_ASSERT_EQUAL_DOUBLE(1.5, mean(1, 2));
}

void test_none(void)
{
    if (1) {
        TEST_ASSERT_EQUAL_DOUBLE(0, mean(0, 0));
    }
}

int main(void)
{
    UNITY_BEGIN();
    RUN_TEST(test_two);
    RUN_TEST(test_none);
    return UNITY_END();
}
