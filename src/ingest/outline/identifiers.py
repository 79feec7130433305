"""Structural identifiers: `chp_2__sec_1__art_10-1__para_2`, numbers as printed, unique in the document."""

from ingest.models import Kind

PREFIX: dict[Kind, str] = {
    "part": "part", "subpart": "subpart", "chapter": "chp", "section": "sec", "article": "art",
    "level1": "l1", "level2": "l2", "level3": "l3", "level4": "l4", "level5": "l5",
    "decimal": "dec", "letter": "let", "formal": "fml", "question": "qst", "answer": "ans",
    "heading": "hdg", "paragraph": "para", "lead": "lead", "bullet": "bul", "table": "tbl", "caption": "cap",
    "attachment": "att", "signature": "sign", "title": "title", "preface": "preface", "toc": "toc",
    "docno": "docno", "note": "note",
}  # fmt: skip


class Identifiers:
    """Hands out identifiers below a parent's; counts what has no number, and tells collisions apart by `_2`."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._counts: dict[tuple[str, Kind], int] = {}

    def give(
        self, kind: Kind, parent: str | None, number: int | str | None, suffix: int | None, first: int | None = 1
    ) -> str:
        """The next identifier of this kind below `parent`.

        `number`: as printed, or what stands for it (4-1-2, a). `first`: where the count of units without a number begins; None: they are not counted.
        """
        part = PREFIX[kind]
        if number is not None:
            part = f"{part}_{number}" if suffix is None else f"{part}_{number}-{suffix}"
        elif first is not None:
            key = parent or "", kind
            count = self._counts[key] = self._counts.get(key, first - 1) + 1
            part = f"{part}_{count}"
        name = eid = f"{parent}__{part}" if parent else part
        seen = self._seen
        while name in seen:
            seen[eid] += 1
            name = f"{eid}_{seen[eid]}"
        seen[name] = 1
        return name
