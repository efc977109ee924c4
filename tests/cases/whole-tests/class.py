import unittest

from stats import mean


class TestMean(unittest.TestCase):
    def setUp(self):
        self.values = [1, 2, 3]

    def test_mean(self):
        self.assertEqual(mean(self.values), 2)

    def test_nothing(self):
        with self.assertRaises(ValueError):
            mean([])

    def test_one(self):
        self.assertEqual(
            mean([1]),
            1,
        )
