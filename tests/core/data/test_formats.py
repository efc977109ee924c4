"""Data survives every format, or the format says that it cannot hold it."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskmate.core.data.formats import TITLES, Goal, detect, read_data, write_data
from deskmate.core.data.records import find_value
from deskmate.core.data.tidying import tidy_dates, tidy_names, tidy_phone_numbers
from deskmate.core.data.values import same
from deskmate.core.prose.front_matter import set_keys
from deskmate.core.text.text import apply_edits
from deskmate.errors import ActionError
from markdown_documents import document

names = st.text(string.ascii_letters + "_- é|\"'", min_size=1, max_size=8).map(str.strip)
words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp"), include_characters="\n"
    ),
    max_size=12,
)
scalars = st.one_of(
    words,
    st.sampled_from(
        ("007", "1.10", "no", "true", "null", "~", "2024-01-02", "=1+1", "|", "a,b", "-")
    ),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)


def written(value: Any) -> str:
    """A value as a table has it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


nested = st.recursive(
    scalars, lambda one: st.lists(one, max_size=3) | st.dictionaries(names, one, max_size=3)
)
front = st.dictionaries(names.filter(str.isidentifier), scalars, max_size=4)
tables = st.lists(names.filter(bool), min_size=1, max_size=4, unique=True).flatmap(
    lambda columns: st.lists(
        st.fixed_dictionaries(dict.fromkeys(columns, scalars)), min_size=1, max_size=4
    )
)


@settings(max_examples=200)
@given(tables, st.sampled_from([*TITLES]))
def test_a_table_comes_back_from_every_format(rows: list[dict[str, Any]], form: Goal) -> None:
    try:
        text = write_data(rows, form)
        back = read_data(text, form)
    except ActionError:
        assert form in ("csv", "tsv", "table", "toml"), "JSON and YAML hold everything"
        return
    if form in ("json", "jsonl", "yaml"):
        assert back == rows
    elif same(back, rows):
        found = back["rows"] if form == "toml" else back
        for row, other in zip(rows, found, strict=True):
            for key, value in row.items():
                assert written(other.get(key)) == written(value)


@settings(max_examples=100)
@given(
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    )
)
def test_whatever_is_nested_comes_back_from_json_and_yaml(value: Any) -> None:
    for form in ("json", "yaml"):
        assert read_data(write_data(value, form), form) == value


@given(st.text(max_size=80))
def test_no_text_is_taken_for_data_that_cannot_be_read(text: str) -> None:
    form = detect(text)
    if form is not None:
        assert read_data(text, form)


@given(
    st.dictionaries(
        names.filter(str.isidentifier), scalars.filter(lambda one: one == one), max_size=4
    ),
    st.data(),
)
def test_keys_of_front_matter_are_set_and_the_others_stay(
    values: dict[str, Any], data: st.DataObject
) -> None:
    lines = write_data(values, "yaml") if values else ""
    text = f"---\n# a comment\n{lines}other:\n  - 1\n---\n\nText\n"
    new = {"tags": data.draw(st.lists(words.filter(bool), max_size=3)), "title": data.draw(words)}
    try:
        after = apply_edits(text, set_keys(text, new))
    except ActionError as error:
        assert "without loss" in str(error)
        return
    inside = after.split("---\n", 1)[1].rpartition("---\n")[0]
    assert read_data(inside, "yaml") == {**values, "other": [1], **new}
    assert "# a comment\n" in after
    assert after.endswith("---\n\nText\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tags:\n  - x\n\n  - y\ntitle: z\n", "tags: [a]\ntitle: z\n"),
        ('"tags": [x]\ntitle: z\n', "tags: [a]\ntitle: z\n"),
        ("seo:\n  tags: [x]\n", "seo:\n  tags: [x]\ntags: [a]\n"),
        ("text: |\n  tags: no\n\n  more\n", "text: |\n  tags: no\n\n  more\ntags: [a]\n"),
    ],
)
def test_all_of_a_keys_value_goes_and_nothing_besides(before: str, after: str) -> None:
    text = f"---\n{before}---\n"
    assert apply_edits(text, set_keys(text, {"tags": ["a"]})) == f"---\n{after}---\n"


@given(document)
def test_tidying_makes_edits_that_apply(text: str) -> None:
    for found in (tidy_dates(text), tidy_names(text), tidy_phone_numbers(text, "US")):
        apply_edits(text, found.edits)


@given(st.integers(0, 10**9), st.sampled_from(("{:,}", "{}", "{:,}.00", "EUR {} only", "{}.")))
def test_a_number_is_found_however_it_is_written(number: int, form: str) -> None:
    text = f"in 1999 of {form.format(number)} x"
    assert find_value(number, text) is not None


@given(words, words, words)
def test_what_stands_in_a_text_is_found(before: str, word: str, after: str) -> None:
    if word.strip() and any(character.isalnum() for character in word):
        text = f"{before} {word} {after}"
        assert find_value(word.strip(), text) is not None


def test_a_table_of_nothing_but_empty_cells_is_refused() -> None:
    value = [{f"k{number}": number} for number in range(1100)]
    with pytest.raises(ActionError, match="1,100 columns and 1,100 rows, nearly all of it empty"):
        write_data(value, "csv")
    assert same(read_data(write_data(value[:300], "csv"), "csv"), value[:300])


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Since 4.5.2025, or 4 May 2025.", "Since 2025-05-04, or 2025-05-04."),
        ("am 4.5.25 und (04.05.25)", "am 2025-05-04 und (2025-05-04)"),
        ("npm: Upgrade to 1.2.18 from 1.1.15", None),
        ("**4.5.2025**: first;4.6.2025", "**2025-05-04**: first;2025-06-04"),
        (
            "am 4. Mai 2025, 1er juin 2025, 4 de mayo de 2025",
            "am 2025-05-04, 2025-06-01, 2025-05-04",
        ),
        ("https://e.org/2024/05/04/news?d=2024/05/04", None),
        ("logs/2024/05/04 and notes/2024.05.04.txt, report-4.5.2025.pdf, 4.5.2025.pdf", None),
        ("`git log --since 4.5.2025` and `4.5.2025`", None),
        ("Python 3.11.14, certifi==2024.7.4, IntelliJ 2024.1.2", None),
        ("## 3.11.14\n\n- first", None),
        ("on 4.5.2025 with Python 3.11.14", "on 2025-05-04 with Python 3.11.14"),
        ("31-Dec-2025, version 10.12.2024", "2025-12-31, version 10.12.2024"),
    ],
)
def test_only_what_is_a_date_of_its_own_is_written_anew(text: str, new: str | None) -> None:
    assert apply_edits(text, tidy_dates(text).edits) == (new or text)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Tel:+494012345678, (+494012345678)", "Tel:+49 40 12345678, (+49 40 12345678)"),
        ("[call](tel:+494012345678) or `+494012345678`", None),
        ('<a href="tel:+494012345678">https://wa.me/+494012345678</a>', None),
        ("Kundennummer 0301234567, Order no. 030123, Ref: 0301234567", None),
        ("Telefonnummer 0301234567", "Telefonnummer +49 30 1234567"),
        ("Customer phone: 0301234567", "Customer phone: +49 30 1234567"),
    ],
)
def test_only_a_phone_number_of_its_own_is_written_anew(text: str, new: str | None) -> None:
    assert apply_edits(text, tidy_phone_numbers(text, "DE").edits) == (new or text)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("SOMMER, KIM\nberg, tom\nvan der Berg, Jan\n", "Kim Sommer\nTom Berg\nJan van der Berg\n"),
        ("Acme, Inc.\nMeier, GmbH\n", None),
        ("Berlin, Germany is nice.\n", None),
        ("Sommer, Kim J.\n", "Kim J. Sommer\n"),
    ],
)
def test_a_name_is_turned_and_neither_a_firm_nor_a_sentence(text: str, new: str | None) -> None:
    assert apply_edits(text, tidy_names(text).edits) == (new or text)
