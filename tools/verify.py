"""A verifier that trusts nothing: proves a curated folder from its Parquet files alone, with pyarrow and nothing of ours.

usage: python tools/verify.py CURATED
       python tools/verify.py CURATED --proof PROOF ROOT

For every document it derives, from `page_text` and `edits`, the text of each record and of the document, and checks that
every printed character is in one record or one applied strip edit, that edits quote the page and do not overlap, and that
rows join on doc_id and revision. White space does not count. Where `script_chain` names a table of one-to-one pairs, a
character may stand for another one of that table, which the folder carries (`script_pairs.json`); without it, how many did
is printed. `--proof` proves one document only, with a file that `ingest check --proof SOURCE` printed: that the folder's
files of its bucket are those that ROOT, as somebody published it, stands for, and that the document's rows are in them.
Prints a line for each thing that is wrong, and ends with 1 if there is one.
"""

import hashlib
import json
import sys
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq

Row = dict[str, object]


def rows(root: Path, dataset: str, bucket: str) -> list[Row]:
    """The rows of a dataset's bucket, which has no file where there are none."""
    found: list[Row] = []
    for path in sorted((root / dataset / bucket).glob("*.parquet")):
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            found += [row for group in range(file.num_row_groups) for row in file.read_row_group(group).to_pylist()]
    return found


def squashed(text: str) -> str:
    """Text without white space."""
    return "".join(text.split())


class Proof:
    """What was found, over all documents."""

    def __init__(self, tables: dict[str, set[tuple[str, str]]]) -> None:
        self.tables = tables
        self.wrong: list[str] = []
        self.pairs: set[tuple[str, str]] = set()
        self.counts: dict[str, int] = defaultdict(int)

    def same(self, where: str, have: str, want: str, chain: object) -> None:
        """Two texts are one, white space aside and, where a table is named, one-to-one pairs."""
        a, b = squashed(have), squashed(want)
        if a == b:
            return
        unlike = {(x, y) for x, y in zip(a, b, strict=False) if x != y}
        if chain is None or len(a) != len(b):
            at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            self.wrong.append(
                f"{where}: the page and its edits give {a[at : at + 12]!r}, the rows say {b[at : at + 12]!r}"
            )
        elif chain not in self.tables:
            self.pairs |= unlike
        elif strange := sorted(unlike - self.tables[str(chain)]):
            self.wrong.append(f"{where}: {strange[0][0]} stands as {strange[0][1]}, which is no pair of {chain}")

    def document(self, document: Row, records: list[Row], edits: list[Row]) -> None:
        """One document."""
        name, page = str(document["source"]), str(document["page_text"])
        self.counts["documents"] += 1
        self.counts["records"] += len(records)
        self.counts["edits"] += len(edits)
        self.joined(name, document, records, edits)
        applied = self.quoted(name, page, edits)
        self.tiled(name, page, records, applied)
        whole = []
        for record in records:
            want = "".join(str(record[part] or "") for part in ("label", "heading", "text"))
            have = replayed(page, applied, record["source_start"], record["source_end"])
            self.same(f"{name}, {record['eid']}", have, want, document["script_chain"])
            whole.append(have)
        self.same(f"{name}, text", "".join(whole), str(document["text"]), document["script_chain"])

    def joined(self, name: str, document: Row, records: list[Row], edits: list[Row]) -> None:
        """Keys, counts, order."""
        for kind, some, count in (("records", records, "record_count"), ("edits", edits, "edit_count")):
            if len(some) != document[count]:
                self.wrong.append(f"{name}: {len(some)} {kind}, the document says {document[count]}")
            if [row["ordinal"] for row in some] != list(range(len(some))):
                self.wrong.append(f"{name}: {kind} are not numbered from 0")
            if any(row["revision"] != document["revision"] for row in some):
                self.wrong.append(f"{name}: {kind} of another revision")
        seen: set[object] = set()
        for record in records:
            if record["record_id"] != f"{document['doc_id']}#{record['eid']}" or record["record_id"] in seen:
                self.wrong.append(f"{name}: the record_id {record['record_id']} is not its own")
            if record["parent_eid"] is not None and f"{document['doc_id']}#{record['parent_eid']}" not in seen:
                self.wrong.append(f"{name}: {record['eid']} has no parent before it")
            seen.add(record["record_id"])

    def quoted(self, name: str, page: str, edits: list[Row]) -> list[Row]:
        """The applied edits; all of them quote the page, and the applied ones do not overlap."""
        applied, end = [], 0
        for edit in edits:
            if page[edit["start"] : edit["end"]] != edit["before"]:  # type: ignore[misc]
                self.wrong.append(f"{name}: edit {edit['ordinal']} does not quote the page")
            elif edit["applied"]:
                if edit["start"] < end:  # type: ignore[operator]
                    self.wrong.append(f"{name}: edit {edit['ordinal']} overlaps another")
                end = max(end, edit["end"])  # type: ignore[call-overload]
                applied.append(edit)
        return applied

    def tiled(self, name: str, page: str, records: list[Row], applied: list[Row]) -> None:
        """Every printed character is in one record, or in one strip edit."""
        struck, held = bytearray(len(page)), bytearray(len(page))
        for edit in applied:
            if "strip" in edit["stages"]:  # type: ignore[operator]
                struck[edit["start"] : edit["end"]] = b"\1" * (edit["end"] - edit["start"])  # type: ignore[misc,operator]
        for record in records:
            if not 0 <= record["source_start"] <= record["source_end"] <= len(page):  # type: ignore[operator]
                self.wrong.append(f"{name}: {record['eid']} lies outside the page")
                continue
            for at in range(record["source_start"], record["source_end"]):  # type: ignore[call-overload]
                if held[at] and not struck[at] and not page[at].isspace():
                    self.wrong.append(f"{name}: page offset {at} is in two records")
                    break
                held[at] = 1
        lost = next((n for n, c in enumerate(page) if not (held[n] or struck[n] or c.isspace())), None)
        if lost is not None:
            self.wrong.append(f"{name}: page offset {lost} is in no record and no strip edit")


def replayed(page: str, applied: list[Row], start: object, end: object) -> str:
    """A stretch of the page with the edits inside it carried out."""
    made, at = [], start
    for edit in applied:
        if start <= edit["start"] and edit["end"] <= end:  # type: ignore[operator]
            made += [page[at : edit["start"]], str(edit["after"])]  # type: ignore[misc]
            at = edit["end"]
    return "".join([*made, page[at:end]])  # type: ignore[misc]


def tables_of(root: Path) -> dict[str, set[tuple[str, str]]]:
    """The one-to-one pairs of each chain, as the folder carries them."""
    path = root / "script_pairs.json"
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {chain: set(zip(text[::2], text[1::2], strict=True)) for chain, text in told.items()}


def verify(root: Path) -> Proof:
    """All documents of a folder, a bucket in memory at a time."""
    proof = Proof(tables_of(root))
    seen: set[object] = set()
    for bucket in sorted({path.name for path in root.glob("*/bucket=*")}):
        documents, records, edits = (rows(root, name, bucket) for name in ("documents", "records", "edits"))
        own: dict[str, dict[object, list[Row]]] = {"records": defaultdict(list), "edits": defaultdict(list)}
        for name, some in (("records", records), ("edits", edits)):
            for row in some:
                own[name][row["doc_id"]].append(row)
        for document in documents:
            doc_id = document["doc_id"]
            if doc_id in seen:
                proof.wrong.append(f"{document['source']}: occurs twice")
            seen.add(doc_id)
            proof.document(document, own["records"].pop(doc_id, []), own["edits"].pop(doc_id, []))
        for name, left in own.items():
            proof.wrong += (f"{name}: rows of {doc_id}, which is no document" for doc_id in left)
    return proof


def belongs(root: Path, about: dict[str, object], published: str) -> list[str]:
    """Why a document is not proved to be part of what `published` stands for; nothing where it is."""
    leaf, name = about["leaf"], about["source"]
    assert isinstance(leaf, dict)
    wrong = []
    for dataset, digest in leaf["files"].items():
        path = root / dataset / leaf["name"] / "part-0.parquet"
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(f"{dataset}/{leaf['name']}: is not the file that the proof is about")
    have = hashlib.sha256(b"\0" + json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()).digest()
    for side, other in about["way"]:  # type: ignore[attr-defined]
        both = (bytes.fromhex(other), have) if side == "left" else (have, bytes.fromhex(other))
        have = hashlib.sha256(b"\1" + b"".join(both)).digest()
    if have.hex() != published:
        wrong.append(f"the proof leads to the root {have.hex()}, not to {published}")
    path = root / "documents" / leaf["name"] / "part-0.parquet"
    if (
        not wrong
        and name not in pq.read_table(path, columns=["source"], partitioning=None).column("source").to_pylist()
    ):
        wrong.append(f"{name} is not in {leaf['name']}")
    return wrong


def main() -> int:
    """The command."""
    if len(sys.argv) == 5 and sys.argv[2] == "--proof":
        about = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
        wrong = belongs(Path(sys.argv[1]), about, sys.argv[4].lower())
        print("\n".join(wrong) or f"{about['source']}: its rows are part of what {sys.argv[4]} stands for")
        return 1 if wrong else 0
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    proof = verify(Path(sys.argv[1]))
    for line in proof.wrong:
        print(line)
    counts = ", ".join(f"{n} {name}" for name, n in proof.counts.items()) or "no documents"
    print(f"{counts}: {len(proof.wrong) or 'nothing'} wrong; {len(proof.pairs)} one-to-one pairs taken on trust")
    return 1 if proof.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
