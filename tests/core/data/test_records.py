"""Where a value stands proves it; and what a text is cut into."""

from __future__ import annotations

import pytest

from deskmate.core.data.parts import cut_into_parts
from deskmate.core.data.records import find_value, with_sources


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (88, "part 88f2"),
        (2, "200x20x2 mm"),
        (20, "200x20x2 mm"),
        (200, "200x20x2 mm"),
        (5, "on 2025-05-04"),
        (4, "on 4.5.2025"),
        (30, "at 12:30"),
        (123, "version 1.2.3"),
        (2, "v2 of it"),
        (4, "size A4"),
        (10, "10.5 kg"),
        ("10", "10.5 kg"),
        ("5", "1,5 kg"),
        (1, "order 12"),
        (12, "room 12b"),
        (9, "§ 9a"),
        (2024, "ID-2024-7781"),
        (31, "RG-31"),
        (3, "MP3 player"),
        (16, "H2O16"),
        (5, "5’000"),
    ],
)
def test_no_proof(value: object, text: str) -> None:
    assert find_value(value, text) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12km away"),
        (12, "12 chairs, 3 lamps"),
        (1234.5, "1.234,50 EUR"),
        (1234.5, "EUR 1,234.50."),
        (1234567, "1'234'567"),
        (19, "19% VAT"),
        (-5, "it was -5 °C"),
        (10, "10, 20 and 30"),
        (20, "10-20 of them"),
        (2025, "in 2025."),
        ("2025-05-04", "on 4 May 2025"),
        (1.5, "1,5 kg"),
        (0.5, "0.5"),
        (1200, "1 200 kr"),
        (75, "€75.-"),
        (18, "(18)"),
        (-3, "−3 °C"),
        (5, "5g of it"),
        (1990, "pre-1990"),
        (5000, "5’000"),
        (42, "No.42"),
    ],
)
def test_proof(value: object, text: str) -> None:
    assert find_value(value, text) is not None


def test_of_two_places_it_is_the_one_with_the_label_or_the_rest_of_the_record() -> None:
    text = "Invoice for 3 rooms\nLamp  2  19.90\nChair  3  50.00\n"
    found = with_sources({"article": "Chair", "count": 3, "price": 50.0}, text, "", 0)
    assert found["_source"] == {"article": "line 3", "count": "line 3", "price": "line 3"}
    label = with_sources({"total": 5}, "5 lamps\nTotal: 5\n", "", 0)
    assert label["_source"] == {"total": "line 2"}


INVOICE = """\
Invoice 2025-17
Kim Sommer, Hamburg

Article       Count    Price
Lamp, black       2    19.90
Chair             4    50.00
Table             1   120.00
---------------------------
Total                359.80
VAT 19 %              57.45

Thank you for your order.
"""
TABLE = """\
| Article | Count |
|---------|------:|
| Lamp    | 2     |
| Chair   | 4     |
| **Sum** | 6     |
"""


def test_the_items_of_an_invoice_are_parts_and_its_totals_none() -> None:
    parts = [
        (part.text.split("  ")[0], part.heading, part.records)
        for part in cut_into_parts(INVOICE, 2000)
    ]
    head = "Article       Count    Price"
    assert parts == [
        ("Invoice 2025-17\nKim Sommer, Hamburg", "", 3),
        ("Lamp, black", head, 1),
        ("Chair", head, 1),
        ("Table", head, 1),
        ("Thank you for your order.", "", 2),
    ]


def test_so_it_is_in_a_table_of_markdown_and_below_a_blank_line() -> None:
    found = [(part.text, part.heading, part.line) for part in cut_into_parts(TABLE, 2000)]
    head = "| Article | Count |"
    assert found == [("| Lamp    | 2     |", head, 2), ("| Chair   | 4     |", head, 3)]
    apart = "Lamp  2\nChair  4\n\nGesamt:  6 Stück\n\nTotal war is no sum.\n"
    assert [part.text for part in cut_into_parts(apart, 2000)] == [
        "Lamp  2",
        "Chair  4",
        "Total war is no sum.",
    ]


def test_lists_are_items_and_prose_stays_together() -> None:
    text = "Two things:\n\n- 3 lamps\n  in black\n- 4 chairs\n\nKim wrote this\nto Tom in 2025\n"
    assert [part.text for part in cut_into_parts(text, 2000)] == [
        "Two things:",
        "- 3 lamps\n  in black",
        "- 4 chairs",
        "Kim wrote this\nto Tom in 2025",
    ]
