"""What `total` is to do; one of these fails."""

import unittest

from basket import Item, total


class TestTotal(unittest.TestCase):
    """The price of a basket."""

    def test_of_nothing(self) -> None:
        """An empty basket costs nothing."""
        self.assertEqual(total([]), 0)

    def test_of_two(self) -> None:
        """All items count, as often as they are there."""
        self.assertEqual(total([Item("tea", 300, 2), Item("cup", 500, 1)]), 1100)
