"""Tables that are large, and workbooks, are converted a row at a time."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from command_line import Project
from deskmate.cli import convert_file as module
from deskmate.cli.convert_file import convert_file, is_for_rows
from deskmate.core.syntax.unsuitable import LARGEST
from deskmate.errors import ActionError

NAMES = ["zip", "since", "at", "count", "paid"]


def workbook(path: Path, *sheets: str) -> None:
    book = openpyxl.Workbook()
    for title in sheets:
        sheet = book.create_sheet(title)
        sheet.append(NAMES)
        sheet.append(["08540", date(2025, 5, 4), datetime(2025, 5, 4, 12, 30), 3, True])
        sheet.append([title, None, None, 2.5, False])
    del book["Sheet"]
    book.save(path)


def test_a_workbook(project: Project) -> None:
    workbook(project.root / "book.xlsx", "People")
    shown = project.deskmate("run", "convert-CSV", "book.xlsx")
    assert shown.stdout.startswith("zip,since,at,count,paid\n08540,2025-05-04,"), shown.stderr
    done = project.deskmate("run", "convert-JSON", "book.xlsx", "--write")
    assert "Wrote 2 rows" in done.stderr
    assert json.loads((project.root / "book.json").read_text()) == [
        {
            "zip": "08540",
            "since": "2025-05-04",
            "at": "2025-05-04T12:30:00",
            "count": 3,
            "paid": True,
        },
        {"zip": "People", "since": None, "at": None, "count": 2.5, "paid": False},
    ]


def test_one_with_several_sheets(tmp_path: Path) -> None:
    workbook(tmp_path / "book.xlsx", "One", "Two")
    with pytest.raises(ActionError, match="has the sheets One, Two"):
        convert_file(tmp_path / "book.xlsx", "CSV", "", write=True)
    convert_file(tmp_path / "book.xlsx", "CSV", "Two", write=True)
    assert "Two,,,2.5,false" in (tmp_path / "book.csv").read_text()


def test_cells_are_values_whatever_they_look_like(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["region", "value"])
    cells = (
        (0.125, "0.00%", 0.125),
        (1234.5, "#,##0.00 €", 1234.5),
        (3.0, "0", 3),
        (8540, "00000", "08540"),
        (78051120, "000-00-0000", "078-05-1120"),
        (datetime(2026, 3, 1), "dd.mm.yyyy", "2026-03-01"),
        (timedelta(hours=26), "[h]:mm:ss", "26:00:00"),
        ("007", "@", "007"),
    )
    for number, (value, form, _) in enumerate(cells, 2):
        sheet.append(["north" if number == 2 else "south" if number == 6 else None, value])
        sheet.cell(number, 2).number_format = form
    sheet.merge_cells("A2:A5")
    sheet.merge_cells("A6:A9")
    book.save(tmp_path / "book.xlsx")
    convert_file(tmp_path / "book.xlsx", "JSON", "", write=True)
    rows = json.loads((tmp_path / "book.json").read_text())
    assert [row["value"] for row in rows] == [right for _, _, right in cells]
    assert [row["region"] for row in rows] == ["north"] * 4 + ["south"] * 4


def test_what_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_text("no")
    with pytest.raises(ActionError, match="is not a workbook"):
        convert_file(tmp_path / "book.xlsx", "CSV", "", write=True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_large_table(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    encoding: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = tmp_path / "people.csv"
    rows = "".join(f'0{n};"é\r\n{n}";{n}\r\n' for n in range(500))
    table.write_bytes(f"zip;text;count\r\n{rows}".encode(encoding))
    assert is_for_rows(table) == (encoding != "utf-8-sig")
    monkeypatch.setattr(module, "LARGE", 1000)
    assert is_for_rows(table)
    convert_file(table, "JSON", "", write=True)
    found = json.loads((tmp_path / "people.json").read_text(encoding="utf-8"))
    assert found == [{"zip": f"0{n}", "text": f"é\r\n{n}", "count": n} for n in range(500)]
    assert "Wrote 500 rows" in capsys.readouterr().err
    with pytest.raises(ActionError, match="cannot be written a row at a time"):
        convert_file(table, "TOML", "", write=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv", "people.json"]


def test_nothing_is_left_behind_where_it_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGE", 1)
    table = tmp_path / "people.jsonl"
    table.write_text('{"a": "x"}\n{"a": "\\ud800"}\n')
    with pytest.raises(ActionError, match="half of a character"):
        convert_file(table, "JSON", "", write=True)
    assert [path.name for path in tmp_path.iterdir()] == ["people.jsonl"]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("<c r='A2'><f>1+1</f><v></v></c>", "Row 2 has a formula whose result is not in the file"),
        ("<c r='A2'><v>2", "is broken in"),
        ("<c r='A2' t='str'><f>&quot;&quot;</f><v></v></c><c r='B2'><v>3</v></c>", ""),
    ],
)
def test_a_result_that_is_not_there_is_said(
    tmp_path: Path, cell: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, path = tmp_path / "whole.xlsx", tmp_path / "orders.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["sum", "count"])
    book.save(whole)
    with ZipFile(whole) as before, ZipFile(path, "w") as after:
        for name in before.namelist():
            row = f"<row r='2'>{cell}</row></sheetData>".encode()
            after.writestr(name, before.read(name).replace(b"</sheetData>", row))
    if says:
        with pytest.raises(ActionError, match=says):
            convert_file(path, "CSV", "", write=False)
    else:
        convert_file(path, "CSV", "", write=False)
        assert capsys.readouterr().out == "sum,count\n,3\n"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("old.xls", b"x", "Save it as CSV"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "Save it as CSV"),
        ("faulty.csv", "a,b\né,1\n".encode() * 9 + b"\xff,2\n", "see byte 81"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ActionError, match=says):
        if is_for_rows(path):
            convert_file(path, "JSON", "", write=True)


def test_columns_that_are_only_formatted_are_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["a", "b", None, None], [1, "x"]):
        book.active.append(row)
    book.active["D1"].number_format = "0.00"
    book.active["D9"].number_format = "0.00"
    book.save(tmp_path / "book.xlsx")
    convert_file(tmp_path / "book.xlsx", "JSON", "", write=True)
    assert json.loads((tmp_path / "book.json").read_text()) == [{"a": 1, "b": "x"}]


def test_a_table_too_large_for_a_whole_is_one_for_rows(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("a,b\n" + "1,2\n" * (LARGEST // 4), encoding="utf-8")
    assert is_for_rows(path)
