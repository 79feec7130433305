"""Decisions that amend other texts: which text a decision is about, and where it goes over to the next one.

A decision on one text names it in its title (关于修改《云栖市渔港条例》的决定). One on several names the first of them, or none
(…等三件法规的决定, 关于修改部分规章的决定), and says which it means line by line: 一、修改《云栖市渔港条例》.
"""

from typing import NamedTuple

from ingest.han import kinds
from ingest.patterns import pattern
from ingest.references import cues

LAW = r"(?P<title>[^《》]+(?:[〈《][^〉》]*[〉》][^《》]*)*)"
"""A title inside of 《》, with titles in it."""
_VERB = cues.any_of("amends")
_NAMED = pattern(rf"{_VERB}[^《》]*《(?P<title>(?:[^《》]|《[^《》]*》)+)》")
_PLAIN = pattern(rf"^(?P<title>[^《》]+?)修正案|{_VERB}(?P<bare>[^《》]{{2,60}}?(?:{kinds.ANY}))的决定")
_TITLES = pattern(r"《(?:[^《》]|《[^《》]*》)+》(?:[（(][^（）()]*[）)])?")
_SEVERAL = pattern(cues.any_of("several"))
_DECIDES = pattern(rf"{_VERB}.*的(?:决定|决议)|修正案(?:[（(][^（）()]*[）)])?$")
_INNER = str.maketrans("〈〉<>", "《》《》")
SECTION = pattern(
    rf"^{cues.any_of('section')}?《{LAW}》(?:作(?:出|如下)?(?:以下|如下)?(?:修改|修正)|的修改|（[^（）]*）)?[：:。]?$"
)
"""A whole line that says which law the orders below it amend: 修改《…》, 对《…》作出修改, 《…》."""
_OPENS = pattern(rf"^{cues.any_of('section')}?《{LAW}》")
_MARKER = pattern(
    r"^(?:[一二三四五六七八九十]{1,4}、|[（(][一二三四五六七八九十]{1,4}[）)]|\d{1,3}(?:[.．](?!\d)|、))\s*"
)


class Amended(NamedTuple):
    """What a decision amends: `law`, the only text that its title names, or None where its lines have to say it."""

    law: str | None


def of_title(title: str | None) -> Amended | None:
    """What a document of this title amends; None where it is no amending decision."""
    if not title:
        return None
    if "《" not in title:
        title = title.translate(_INNER)
    named, rest = _NAMED.search(title), _TITLES.sub("", title)
    if not named and not _DECIDES.search(rest):
        return None
    if named:
        # 关于修改《甲》部分条款的决定 is on one text, 《甲》等三件法规 and 《甲》、《乙》 are on more.
        own = _TITLES.findall(title, named.start())
        return Amended(None if len(own) > 1 or "等" in title[named.end() :] else named["title"])
    plain = _PLAIN.search(title)
    name = plain and (plain["title"] or plain["bare"])
    if not name or _SEVERAL.search(rest):
        return Amended(None)
    return Amended(name.removesuffix("的"))


def section(line: str) -> str | None:
    """The law that a line of a decision on several goes over to: with its marker, 一、将《…》第三条修改为."""
    found = _OPENS.match(_MARKER.sub("", line.strip()))
    return found["title"] if found else None
