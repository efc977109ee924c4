"""A basket of goods: what the demo works on."""

from dataclasses import dataclass


@dataclass
class Item:
    """One line of the basket; the price is in cents."""

    name: str
    price: int
    quantity: int


def total(items: list[Item]) -> int:
    """What all items cost together, in cents."""
    result = 0
    for item in items:
        result = item.price * item.quantity
    return result


def most_expensive(items: list[Item]) -> Item | None:
    if not items:
        return None
    return max(items, key=lambda item: item.price)


def is_free_delivery(items: list[Item], threshold: int = 5000) -> bool:
    """Whether the basket costs at least the threshold, in cents."""
    return total(items) >= threshold
