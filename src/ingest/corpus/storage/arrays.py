"""Arrow arrays of Python values, made without `pyarrow.array`.

With the first array that it makes of Python values pyarrow looks whether they are pandas', and loads pandas for that wherever it is
installed: half a second and 35 MB in a process that has a page to curate. (It cannot be told not to, and to hide pandas from it would
take `to_pandas` away from whoever runs this in a process of his own.) So the few types that rows have are put together here, by their
layout in memory (arrow.apache.org/docs/format/Columnar.html). Equal to what pyarrow makes, and the same to the byte in a file.
"""

import sys
from array import array as packed
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

looked = False
"""Whether pyarrow has looked for pandas in this process and found none: then its own arrays are the quicker ones."""
_DAY, _MOMENT = date(1970, 1, 1), datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_FIXED: dict[pa.DataType, tuple[str, Callable[[Any], Any], Any]] = {
    pa.int32(): ("i", int, 0),
    pa.int64(): ("q", int, 0),
    pa.float64(): ("d", float, 0.0),
    pa.date32(): ("i", lambda value: (value - _DAY).days, 0),
    pa.timestamp("us"): ("q", lambda value: (value - _MOMENT) // _MICROSECOND, 0),
}
"""Types of a fixed width: the letter of their values for `array`, what makes a value of one of Python's, and what stands for null."""


def array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """The values, None for null, as an array of a type that rows have; of any other type as pyarrow makes it."""
    if looked or "pandas" in sys.modules:  # then there is nothing left to be saved
        return pa.array(values, kind)
    if kind == pa.string():
        return _texts(values)
    if kind == pa.bool_():
        return pa.Array.from_buffers(kind, len(values), [_valid(values), _bits(values)])
    if kind in _FIXED:
        letter, made, null = _FIXED[kind]
        held = packed(letter, [null if value is None else made(value) for value in values])
        return pa.Array.from_buffers(kind, len(values), [_valid(values), pa.py_buffer(held)])
    if pa.types.is_list(kind):
        inner = array([item for value in values for item in value or ()], kind.value_type)
        buffers = [_valid(values), _offsets(len(value or ()) for value in values)]
        return pa.Array.from_buffers(kind, len(values), buffers, children=[inner])
    return pa.array(values, kind)


def _texts(values: Sequence[str | None]) -> pa.Array:
    raw = [(value or "").encode() for value in values]
    return pa.Array.from_buffers(
        pa.string(), len(values), [_valid(values), _offsets(map(len, raw)), pa.py_buffer(b"".join(raw))]
    )


def _offsets(sizes: Any) -> pa.Buffer:
    """Where each of some stretches begins, and where the last one ends."""
    out, at = packed("i", [0]), 0
    for size in sizes:
        at += size
        out.append(at)
    return pa.py_buffer(out)


def _valid(values: Sequence[object]) -> pa.Buffer | None:
    """Which values are no nulls, a bit each; None where all are."""
    return _bits([value is not None for value in values]) if None in values else None


def _bits(values: Sequence[object]) -> pa.Buffer:
    out = bytearray(-(-len(values) // 8))
    for n, value in enumerate(values):
        if value:
            out[n >> 3] |= 1 << (n & 7)
    return pa.py_buffer(bytes(out))
