"""Whether the pages of a Parquet file carry checksums, which no reader tells: a page without one is read unchecked.

A page header is a Thrift struct in the compact protocol whose fourth field is the checksum. Only so much of it is read.
"""

from pathlib import Path
from typing import BinaryIO

import pyarrow.parquet as pq

_I32 = 5
_CRC = 4


def unchecked_columns(path: Path, metadata: pq.FileMetaData) -> list[str]:
    """Columns of which a chunk's first page has no checksum. Raises ValueError where there is no page header."""
    bare = []
    with path.open("rb") as file:
        for group in range(metadata.num_row_groups):
            row_group = metadata.row_group(group)
            for n in range(row_group.num_columns):
                column = row_group.column(n)
                offset = column.dictionary_page_offset
                file.seek(column.data_page_offset if offset is None else offset)
                if not _has_checksum(file):
                    bare.append(f"{column.path_in_schema} (row group {group})")
    return bare


def _has_checksum(file: BinaryIO) -> bool:
    field = 0
    while field < _CRC:
        header = file.read(1)
        if not header or header[0] >> 4 == 0:  # the struct ends, or gives field numbers in a form not used here
            return False
        field += header[0] >> 4
        if field >= _CRC:
            return field == _CRC and header[0] & 15 == _I32
        if header[0] & 15 != _I32:
            raise ValueError("no page header where the footer says one is")
        while (byte := file.read(1)) and byte[0] & 0x80:
            pass
    return False
