"""A model's file in Q4_0, made by ourselves, read again by the package of its makers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy
import pytest
from gguf import GGMLQuantizationType as Type
from gguf import GGUFReader, GGUFWriter
from gguf.quants import dequantize, quantize

from deskmate.engines.builds import requantizing
from deskmate.engines.builds.requantizing import main, requantize
from deskmate.engines.models.gguf_format import Tensor
from gguf_files import LLAMA, gguf
from tiny_models import write_tiny

TENSORS = [
    ("token_embd.weight", (40, 64), Type.Q8_0, Type.Q8_0),
    ("per_layer_token_embd.weight", (40, 64), Type.Q8_0, Type.Q8_0),
    ("blk.0.attn_norm.weight", (64,), Type.F32, Type.F32),
    ("blk.0.attn_q.weight", (33, 64), Type.Q5_0, Type.Q4_0),
    ("blk.0.attn_output.weight", (64, 64), Type.Q8_0, Type.Q4_0),
    ("blk.0.ffn_gate_inp.weight", (4, 64), Type.F32, Type.F32),
    ("blk.0.ffn_up_exps.weight", (4, 6, 96), Type.BF16, Type.Q4_0),
    ("blk.0.ssm_conv1d.weight", (64, 4), Type.F16, Type.F16),
    ("blk.1.ffn_down.weight", (3, 64), Type.Q4_0, Type.Q4_0),
    ("output_norm.weight", (64,), Type.F16, Type.F16),
    ("output.weight", (40, 64), Type.F16, Type.F16),
]
"""Names and shapes, the format in the model's file and the one in its copy: matrices become Q4_0,
but for those that a model loses most by, those that are small, and those whose rows do not fit.
"""


def write_model(path: Path, alignment: int) -> dict[str, numpy.ndarray]:
    """A model of these tensors, and the numbers in each."""
    writer = GGUFWriter(path, "llama")
    writer.add_custom_alignment(alignment)
    writer.add_file_type(7)
    writer.add_name("Größe")
    writer.add_token_list(["a", "b"] * 1000)
    random = numpy.random.default_rng(1)
    known = {}
    for name, shape, kind, _ in TENSORS:
        data = quantize(random.normal(0, 0.1, shape).astype(numpy.float32), kind)
        writer.add_tensor(name, data, raw_dtype=kind)
        known[name] = dequantize(data, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return known


@pytest.mark.parametrize("alignment", [32, 256])
def test_matrices_are_made_smaller_and_all_else_stays(
    tmp_path: Path, alignment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requantizing, "AT_ONCE", 10 * 64)  # so that a matrix is converted in pieces
    model, copy = tmp_path / "model.gguf", tmp_path / "copy.gguf"
    known = write_model(model, alignment)
    steps: list[str] = []
    requantize(model, copy, steps.append)

    before, after = GGUFReader(model), GGUFReader(copy)
    assert steps[3] == f"[   4/{len(TENSORS):4}] blk.0.attn_q.weight"
    assert copy.stat().st_size < model.stat().st_size
    assert copy.stat().st_size % alignment == 0
    values = [
        {name: one.contents() for name, one in file.fields.items() if name != "GGUF.tensor_count"}
        for file in (before, after)
    ]
    assert values[1].pop("general.file_type") == 2
    assert values[0].pop("general.file_type") == 7
    assert values[1] == values[0]
    kinds = [(one.name, tuple(one.shape[::-1]), one.tensor_type) for one in after.tensors]
    assert kinds == [(name, shape, kind) for name, shape, _, kind in TENSORS]
    for old, new, (name, _, was, kind) in zip(before.tensors, after.tensors, TENSORS, strict=True):
        if kind == was:
            assert new.data.tobytes() == old.data.tobytes()
            continue
        found = dequantize(new.data, kind)
        assert numpy.abs(found - known[name]).max() < 0.05
        assert numpy.corrcoef(found.ravel(), known[name].ravel())[0, 1] > 0.99


@pytest.mark.model
@pytest.mark.parametrize("kind", [Type.F16, Type.Q8_0, Type.Q5_0, Type.Q4_1])
def test_it_is_what_llama_cpp_makes_of_it(tmp_path: Path, kind: Type, llama_server: Path) -> None:
    program = llama_server.with_name("llama-quantize")
    if not program.exists():
        pytest.skip("there is no llama-quantize beside it")
    model, ours, theirs = (tmp_path / f"{one}.gguf" for one in ("model", "ours", "theirs"))
    requantize(write_tiny(model, kind=kind), ours, lambda step: None)
    command = [str(program), "--allow-requantize", str(model), str(theirs), "Q4_0"]
    subprocess.run(command, check=True, capture_output=True)
    known = {one.name: one.data.tobytes() for one in GGUFReader(theirs).tensors}
    made = [one for one in GGUFReader(ours).tensors if one.tensor_type == Type.Q4_0]
    assert len(made) == 2 * 7
    assert [one.name for one in made if one.data.tobytes() != known[one.name]] == []


SMALLER = [Type.Q2_K, Type.Q3_K, Type.IQ4_XS, Type.MXFP4, Type.Q4_0]


@pytest.mark.parametrize("kind", SMALLER)
def test_what_is_smaller_already_stays(kind: Type) -> None:
    assert not requantizing.is_converted(Tensor("blk.0.ffn_up.weight", (256, 256), kind, 0))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gguf(), "nothing in it is of a format that Q4_0 could replace"),
        (gguf({**LLAMA, "general.file_type": 7})[:-32], "the file ends early"),
        (b"", "empty"),
    ],
    ids=["nothing to convert", "cut off", "empty"],
)
def test_what_cannot_be_made_is_said_in_a_line(
    tmp_path: Path, content: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(content)
    assert main(str(model), str(tmp_path / "copy.gguf"), "Q4_0") == 1
    assert said in capsys.readouterr().out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is full")
def test_a_full_disk_is_said_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model(tmp_path / "model.gguf", 32)
    assert main(str(tmp_path / "model.gguf"), "/dev/full", "Q4_0") == 1
    assert "No space left on device" in capsys.readouterr().out
