"""What of the file and of its project is shown besides what stands around a cursor."""

from __future__ import annotations

from pathlib import Path

from deskmate.core.syntax.document import open_document
from deskmate.core.text.uri import file_uri
from deskmate.requests.completion import find_place
from deskmate.requests.window import Size, Window
from deskmate.settings.project import project_of

FAR = "".join(f"value_{number} = {number}\n" for number in range(300))
"""More than a window shows."""
SHIPPING = """\
def ship_letter(order):
    parcel = weigh(order)
    parcel.label = address_of(order)
    return hand_over(parcel)
"""
BEGUN = "def ship_box(order):\n    parcel = weigh(order)\n    parcel"
SIZE = Size(before=400, after=100, near=0)


def shown(
    folder: Path, text: str, size: Size = SIZE, *, at: str = BEGUN, last: Window | None = None
) -> Window:
    """What is shown at the end of `at`, in a file of the folder."""
    document, offset = open_document(file_uri(folder / "shop.py"), text), text.index(at) + len(at)
    project = project_of(folder / "x", folder)
    return find_place(document, offset, (), project, size, last=last).window


def test_the_imports_of_the_file_and_what_is_most_alike_in_it(tmp_path: Path) -> None:
    window = shown(tmp_path, f"import post\n\n{SHIPPING}\n{FAR}\n{BEGUN}")
    assert window.own.startswith("import post\n")
    assert SHIPPING.strip() in window.own
    assert len(window.own) < SIZE.own + 20


def test_what_is_alike_further_down(tmp_path: Path) -> None:
    window = shown(tmp_path, f"{BEGUN}\n\n{FAR}\n{SHIPPING}")
    assert "parcel.label = address_of(order)" in window.own


def test_nothing_of_the_file_where_the_window_shows_all(tmp_path: Path) -> None:
    assert shown(tmp_path, f"import post\n\n{BEGUN}", Size()).own == ""


def test_what_is_most_alike_in_a_file_beside_it_that_may_be_read(tmp_path: Path) -> None:
    for name in ("letters.py", "ignored.py", "letters.txt"):
        (tmp_path / name).write_text(f"{FAR}{SHIPPING}{FAR}", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("ignored.py\n", encoding="utf-8")
    [(name, text)] = shown(tmp_path, BEGUN).alike
    assert name == "letters.py"
    assert "parcel.label = address_of(order)" in text
    assert shown(tmp_path, BEGUN, Size(near=0, alike=0)).alike == ()


def test_nothing_where_nothing_is_alike(tmp_path: Path) -> None:
    (tmp_path / "values.py").write_text(FAR, encoding="utf-8")
    assert shown(tmp_path, f"{FAR}{BEGUN}\n").own == ""
    assert shown(tmp_path, BEGUN).alike == ()


def test_it_is_not_read_again_where_the_cursor_moves_a_little(tmp_path: Path) -> None:
    text = f"{SHIPPING}\n{FAR}\n{BEGUN}\n    hand_over(parcel)\n    return parcel\n{FAR}"
    last = shown(tmp_path, text)
    further = shown(tmp_path, text, at="hand_over(parcel)\n    return parcel\n", last=last)
    assert further.own == last.own
    far = shown(tmp_path, text, at="value_100 = 100\n", last=last)
    assert far.own != last.own
