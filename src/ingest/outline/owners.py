"""The numbers that paths belong to (4. above 4.1), told from the lists of the same sign below those paths."""

from collections.abc import Sequence

from ingest.outline.piece import Piece

_RANK = 6.1  # of a path of one component
_BETWEEN = 2  # blocks between a number and the first one below it


def set_apart(units: Sequence[Piece]) -> None:
    """Sets the numbers that paths belong to (3. above 3.1, 4. above 4.1) apart from the lists of the same sign below those paths:
    where 3.1 opens 1. to 3., 4. and then 4.1, the 4. goes on with 3. and not with the list.

    Only where the two counts touch, or where what 4. goes on with is printed otherwise (3, 4.), so that nothing else changes.
    """
    chain: list[Piece] = []  # the count that the paths belong to
    outer = inner = owned = 0  # its last number, that of the list below a path, its last that paths follow
    top = single = 0  # what the last path begins with, the last one of a single component
    apart = pathed = False  # whether the counts touch; whether a path stands between
    for i, unit in enumerate(units):
        if unit.opens or unit.kind in ("part", "subpart", "chapter", "section", "article"):
            _done(chain, apart)
            chain, outer, inner, owned, top, single, apart, pathed = [], 0, 0, 0, 0, 0, False, False
        if unit.kind in ("level1", "level2", "formal"):
            inner, pathed = 0, False
        if unit.kind == "decimal" and unit.path is not None:
            inner, pathed = 0, True
            top = int(unit.path[0]) if unit.path[0].isdecimal() else 0
            single = top if len(unit.path) == 1 else single
        if unit.kind != "level3" or unit.number is None:
            continue
        owns, other = _owns(units, i), bool(chain) and chain[-1].style != unit.style
        if other and not owns:
            continue
        if owns and unit.number in (1, outer + 1, top + 1):
            alone = other or (single > 0 and unit.number == single + 1)
            if alone or (unit.number != outer + 1 and not 0 < owned <= outer < unit.number):
                _done(chain, apart)
                chain, apart = [], unit.number > 1
            apart = apart or (inner > 0 and unit.number == inner + 1 and pathed)
            outer, inner, owned, pathed = unit.number, 0, unit.number, False
            chain.append(unit)
        elif unit.number == inner + 1 and pathed:
            inner = unit.number
        elif unit.number == outer + 1:
            outer, inner, pathed = unit.number, 0, False
            chain.append(unit)
        elif unit.number == 1:
            _done(chain, apart)
            chain, outer, inner, owned, apart = [unit], 1, 0, 0, False
        else:
            inner = unit.number
    _done(chain, apart)


def level(units: Sequence[Piece]) -> None:
    """Gives a number that the markup has no level for (1 绪论) one right above that of the paths below it (# 1.2): headings of their
    level stand below it, too."""
    owner: Piece | None = None
    for unit in units:
        if unit.kind != "decimal" or unit.path is None:
            owner = None if unit.opens else owner
        elif len(unit.path) == 1:
            owner = unit if not unit.level else None
        elif owner is not None and owner.path == unit.path[:1]:
            owner.level = max(0.0, unit.level - 0.5)
            owner = None


def _done(chain: Sequence[Piece], apart: bool) -> None:
    for unit in chain if apart else ():
        unit.style += " paths"
        unit.rank = _RANK


def _owns(units: Sequence[Piece], at: int) -> bool:
    """Whether the next number behind a unit is the first one below it (4.1 behind 4.)."""
    for unit in units[at + 1 : at + 2 + _BETWEEN]:
        if unit.kind != "paragraph":
            return unit.kind == "decimal" and unit.path == (str(units[at].number), "1")
    return False
