"""What a text says of its own making, force and end: adopted, published, amended, in force from, and what it repeals.

Adoption notes under a title say each act with its day (2021年3月4日云栖市人民代表大会常务委员会通过), a last article the day of coming into
force and what ends with it. Whether a text is in force on some day is for the reader to ask: it is computed from these
rows, and stored nowhere.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ingest.han import dates, numerals
from ingest.han.width import digits
from ingest.models import EventKind, Record, Within
from ingest.patterns import pattern
from ingest.references import names

_VERBS: dict[str, EventKind] = {
    "通过": "adopted", "批准": "approved", "核准": "approved", "公布": "published", "发布": "published", "颁布": "published",
    "印发": "published", "修订": "amended", "修正": "amended", "修改": "amended", "施行": "effective", "实施": "effective",
    "生效": "effective", "废止": "repealed",
}  # fmt: skip
_VERB = "|".join(_VERBS)
_ACT = pattern(rf"(?P<body>[^，。；！？]*?)(?P<verb>{_VERB})(?!的)")  # 通过的《…决定》修正: what counts is the last
_QUOTED = pattern(r"《(?:[^《》]|《[^《》]*》)+》|[〈<][^〈〉<>]*[〉>]")
_ORDER = pattern(rf"第\s?(?:[{numerals.HAN}]{{1,7}}|\d{{1,6}})\s?号|[〔\[（(](?:19|20)\d\d[〕\]）)]\s?\d{{1,5}}\s?号")
_BESIDE = pattern(rf"〇+|第[{numerals.HAN}]+次$|[（()）]|^(?:根据|由|经|自|起|在|于|\s)+|(?:通过|批准)的")
_IN_FORCE = pattern(
    rf"本{{0,1}}[一-鿿]{{0,8}}?自(?P<day>(?:{dates.WHOLE}|(?:公布|发布|颁布|印发|通过)之日))起(?:正式)?(?P<verb>施行|实施|生效|执行)"
)
_ENDS = pattern(
    r"(?P<what>《(?:[^《》]|《[^《》]*》)+》(?:[（(][^（）()]*[）)])?(?:(?:、|和|及|以及)《(?:[^《》]|《[^《》]*》)+》(?:[（(][^（）()]*[）)])?)*)"
    r"[^《》。；，]{0,16}?(?P<verb>废止|失效|停止执行)"
)
_NO_EVENT = pattern(r"(?:不|未|如|若|的)$")


class Told(NamedTuple):
    """An event told at [start, end) of a record's text or heading. `day` None: the day of publication, which the text does not print."""

    start: int
    end: int
    kind: EventKind
    day: date | None
    body: str | None
    number: str | None


def of_record(record: Record, last: bool) -> Iterator[tuple[Within, list[Told]]]:
    """The events that a record tells in its heading and its text; `last`: it stands among the document's last units, where
    coming into force is said (八、本意见自印发之日起施行。 is a heading)."""
    if record.kind == "preface":
        yield None, sorted(_acts(record.text))
    elif last or record.kind == "note":
        yield "heading", sorted(_force(record.heading or ""))
        yield None, sorted(_force(record.text))


def _days(text: str) -> list[tuple[int, int, date]]:
    plain, at, out = digits(text), 0, []
    while found := dates.find(plain[at:]):
        out.append((at + found.start, at + found.end, date.fromisoformat(found.iso)))
        at += found.end
    return out


def _acts(text: str) -> Iterator[Told]:
    """The acts of an adoption note: each verb is said of the day before it, as far as the next day."""
    days = _days(text)
    text = _QUOTED.sub(lambda name: "〇" * len(name[0]), text)  # 《关于修改…的决定》 tells no act
    for n, (start, end, day) in enumerate(days):
        stop = days[n + 1][0] if n + 1 < len(days) else len(text)
        for act in _ACT.finditer(text, end, stop):
            body = _BESIDE.sub("", act["body"]).strip(" \u3000，、的")
            number = _ORDER.search(body)
            if number:
                body = body[: number.start()].strip(" \u3000，、")
            yield Told(start, act.end(), _VERBS[act["verb"]], day, _named(body), number and "".join(number[0].split()))


def _named(body: str) -> str | None:
    """The body that acted, without the meeting at which it did."""
    name = re.sub(r"(?:第[^第]{1,8}次)?(?:常务)?(?:全体)?(?:会议|大会上)(?:审议)?$", "", body)
    name = re.sub(r"(?:第[^第]{1,8}次[^第]{0,6})$", "", name).removesuffix("公告").removesuffix("令").strip("审议由经")
    return name if re.fullmatch(r"[一-鿿、]{2,40}", name) else None


def _force(text: str) -> Iterator[Told]:
    """The day from which a text is in force, and what it repeals."""
    since: date | None = None
    for found in _IN_FORCE.finditer(text) if "自" in text and "起" in text else ():
        since = days[0][2] if (days := _days(found["day"])) else None
        yield Told(found.start(), found.end(), "effective", since, None, None)
    for found in _ENDS.finditer(text):
        if not _NO_EVENT.search(text[max(0, found.start("verb") - 1) : found.start("verb")]):
            for one in names.TITLE.finditer(found["what"]):
                if not names.citable(one["title"]):
                    continue
                yield Told(found.start() + one.start(), found.start() + one.end(), "repeals", since, None, None)


_LAST = 6


def find(records: Sequence[Record]) -> Iterator[tuple[Record, Within, list[Told]]]:
    """The events of a document, by the records that tell them and where in these, in reading order."""
    body = [r for r in records if r.unit not in ("front", "back") and r.kind not in ("table", "caption")]
    ends = {r.eid for r in body[-_LAST:]}
    for record in records:
        if record.kind not in ("preface", "note") and record.eid not in ends:
            continue
        for within, told in of_record(record, record.eid in ends):
            if told:
                yield record, within, told
