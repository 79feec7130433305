"""What stands above the body: site and channel names, publish lines, an encyclopedia's infobox; where the title is.

A plain text says nowhere which line is its title. The publish line (发布时间：… 来源：…) does: it stands under the title,
and what is printed above that title belongs to the site. Without one nothing is decided here; the outline looks on.
"""

import re
from collections.abc import Container, Sequence

from ingest import labels
from ingest.blocks import Fact
from ingest.han import adoption, bodies, dates, document_numbers, front_matter, kinds, markers, outlets
from ingest.notices import talk
from ingest.notices.lines import PrintedLine, is_body, is_day, is_sentence, key
from ingest.notices.table import Rules, group
from ingest.patterns import pattern

_ZONE = 14
# What stands beside a date and is no name: hours, days of the week, signs, what was done.
_NO_NAME = pattern(rf"{dates.WEEKDAY}|(?:发布|更新|发表|来源|编辑)(?:于|时间)?(?!.*[一-鿿]{{4}})|[\W\d_]+")
_AGO = pattern(r"(?:发布|发表|更新|编辑)于\s*\d{1,3}\s*(?:分钟|小时|天|周|个月|年)前")
_DAYS = ("date", "published", "publishdate", "publishDate", "pubDate", "pubdate", "created")
"""What site generators call the day of publication, the likeliest first."""
_ENTRIES = 3
_FACTS = 2  # lines of label and value beside another, whose labels nobody knows
_FIELD = pattern(r"[^:,。;]{1,8}:\s*[^\s,。;][^。;]*")
_ABOUT = pattern(r"关于|印发|转发|批转")
_BULLET = pattern(r"[•·●■◆▪]\s*")
_BOX_LABEL = pattern(
    r"(?:中文名|中文名称|外文名|名称|别名|文件名|发布|颁布|实施|施行|印发|发文|文号|类型|性质|所属|时间|机构|单位)"
)
# What may stand between a title and the publish line: a remark, how the text is filed, a rule.
_BELOW_TITLE = pattern(r"\(|(?:[一-鿿]{0,4}(?:版本|版次|编号|文号|字号|状态|密级)):|[\W\d_]+$")
_BOX_HEAD = pattern(r"基本(?:介绍|信息|资料|概况)")
_BOX_NAME = pattern(r"(?:中文名|中文名称|文件名|名称)\s*:\s*(.{4,80})")
_CONTENTS = pattern(r"(?:[^,、。;:]{2,16}[,、])+(?:[^,、。;:]{2,16})?")


def zone(lines: Sequence[PrintedLine], title: int | None, gone: int = 0, known: int = 0) -> int:
    """How many lines from the top may be the head: up to the first running text or numbered unit.

    `gone`: how many of them are struck already; a text without those has no longer head than one with them. `known`: how
    many are known to be of it.
    """
    most = min(len(lines), _ZONE + (title or 0) + gone)
    for n in range(known, most):
        line = lines[n]
        if n == title or line.folded.startswith(("(", "《")):
            continue
        # 一、时间：… is a unit of the text, whatever its label.
        if labels.read_line(line.folded) and not markers.opens(line.folded):
            continue
        if is_sentence(line.folded) or markers.opens(line.folded):
            return n
    return most


_WHO_IS_WHO = pattern(
    r"(?:招标|采购|投标|建设|编制|承办|设计|监理|代理|施工)(?:人|单位|机构|部门):|供应商:|[甲乙]方:|(?:项目|工程|系统|软件)名称:"
    r"|(?:编制|小组|组长|组员|学生|姓名|学号|指导教师|指导老师|专业|班级|版本号?|密级)[^:]{0,4}:"
)
_DOCUMENT = pattern(
    r".{0,40}?(?:(?:招标|投标|谈判|磋商|询价|采购|比选|响应)文件|说明书|用户手册|使用手册|操作手册|(?:项目|开发|测试|管理)计划书?"
    r"|(?:验收|立项|结题|测试|可行性研究|开题)报告书?|(?:毕业|学位)(?:论文|设计))(?:\([^()]{1,12}\))?"
)
# What a list cuts off before the day of its entry: 关于修缮渡口的……2017-03-24.
_CUT_OFF = pattern(r"\S(?:…|\.{3})\s?(?:19|20)\d\d[-/.年]")


def entries(lines: Sequence[PrintedLine], limit: int) -> bool:
    """Whether the lines of a head are a list of entries with the time of each, none of which is the page's own; or of messages, the first of
    which stands above all else."""
    if talk.messages(lines):
        return True
    found = [n for n in range(1, limit) if _AGO.fullmatch(lines[n].folded) or is_publish_line(lines[n].folded)]
    return sum(n - 1 not in found for n in found) >= _ENTRIES


def is_publish_line(folded: str) -> bool:
    """A line that says when and where it was published, and nothing of the document's own."""
    if len(folded) > 150 or folded.startswith("(") or "。" in folded or document_numbers.whole(folded):
        return False
    if _CUT_OFF.search(folded):
        return False
    facts = labels.read_line(folded)
    if not facts or {f.field for f in facts} <= {"title", "document_number", "issued_on"}:
        return False
    # 2021年3月5日 alone under a title is the document's own date; with a clock time or in digits it is the site's.
    return not all(f.rule == "date-line" and f.rank >= 60 for f in facts)


def _of_event(lines: Sequence[PrintedLine], n: int) -> bool:
    """Whether line `n` gives the hour of what the text announces."""
    first = max(0, n - 2)
    return labels.of_event([line.folded for line in lines[first : n + 3]], n - first)


def _noted(lines: Sequence[PrintedLine], limit: int, start: int = 0) -> set[int]:
    """The lines of an adoption note: of a wrapped one in brackets, or of one that takes a line for each act; those that begin
    in [start, limit)."""
    out: set[int] = set()
    for first in range(start, limit):
        if adoption.CERTAIN.fullmatch(lines[first].folded) or (
            first - 1 in out and adoption.FURTHER.fullmatch(lines[first].folded)
        ):
            out.add(first)
        if first in out or not lines[first].folded.startswith("("):
            continue
        depth = 0
        for n in range(first, min(first + 12, len(lines))):
            depth += lines[n].folded.count("(") - lines[n].folded.count(")")
            if depth <= 0:
                out.update(range(first + 1, n + 1))
                break
    return out


def label_rows(lines: Sequence[PrintedLine], struck: dict[int, str]) -> list[Fact]:
    """Strike a metadata table whose cells came out a line each: labels and values in turn, above the text."""
    n = next((n for n, line in enumerate(lines[:_ZONE]) if labels.label_of(line.folded)), len(lines))
    facts: list[Fact] = []
    rows: list[int] = []
    count = 0
    while n + 1 < len(lines) and not lines[n].in_table and (label := labels.label_of(lines[n].folded)):
        count += 1
        rows.append(n)
        n += 1
        if not labels.label_of(lines[n].folded) and len(lines[n].folded) <= 60:
            facts += lines[n].says(labels.value_fact(label, lines[n].folded))
            rows.append(n)
            n += 1
    official = {f.field for f in facts} & {"issuer", "document_number", "issued_on", "published_on"}
    if count < 3 or len(official) < 2:
        return []
    struck.update(dict.fromkeys(rows, "metadata-list"))
    return facts


def of_file(lines: Sequence[PrintedLine]) -> list[Fact]:
    """The day of publication and the author in what a Markdown file says of itself."""
    words = [line.folded for line in lines]
    facts: list[Fact] = []
    day = next((n for key in _DAYS if (n := front_matter.said(words, key)) is not None), None)
    if day is not None:
        facts += lines[day].says([f for f in labels.read_line(words[day]) if f.field == "published_on"])
    name = front_matter.said(words, "author")
    if name is not None and (value := words[name].partition(":")[2].strip(" \"'")):
        facts += lines[name].says([Fact("author", value, "front-matter", 20)])
    return facts


def find_title(lines: Sequence[PrintedLine], limit: int, struck: Container[int]) -> tuple[int, int] | None:
    """The numbers (first, last) of the lines above the publish line that are the title; None without a publish line."""
    within = _noted(lines, min(limit, 8))
    if entries(lines, limit):
        return None
    for n in range(1, min(limit, 8)):
        if n in struck or n in within or not is_publish_line(lines[n].folded) or _of_event(lines, n):
            continue
        if any(line.in_table or line.folded[-1] in "。;" for m, line in enumerate(lines[:n]) if m not in struck):
            return None  # text stands above it: it closes something, a table or a quotation
        last = next((m for m in range(n) if m not in struck and lines[m].folded.startswith("# ")), n - 1)
        while (
            last > 0
            and not lines[last].folded.startswith("# ")
            and (last in struck or _BELOW_TITLE.match(lines[last].folded) or _files(lines[last].folded))
        ):
            last -= 1
        first = last
        while first > 0 and last - first < 3 and _runs_on(lines[first - 1].folded, lines[first].folded):
            first -= 1
        whole = "".join(line.folded for line in lines[first : last + 1])
        if len(whole) < 4 or is_publish_line(whole) or whole[-1] in "。;" or _of_cover(lines, first, whole, struck):
            return None
        return first, last
    return None


def _of_cover(lines: Sequence[PrintedLine], first: int, whole: str, struck: Container[int]) -> bool:
    """Whether the line above a day is one of a cover, whose title stands above it: what it says of who is who, or any below a line that
    says what the document is (招标文件, 用户手册)."""
    if _WHO_IS_WHO.match(whole):
        return True
    return not _DOCUMENT.fullmatch(whole) and any(
        _DOCUMENT.fullmatch(lines[m].folded) for m in range(first) if m not in struck
    )


def _files(folded: str) -> bool:
    """Whether a line opens with a known label of how the text is filed (索引号：…, 成文日期：…), its title's aside."""
    name, colon, _ = folded.partition(":")
    label = labels.label_of(name) if colon else None
    return label is not None and label.field != "title"


def first_line_stays(lines: Sequence[PrintedLine], rules: Rules) -> bool:
    """Whether the first line, of a text whose title nothing tells, reads like a notice by chance and may well be the title.

    2019-09-29 发布挂号信信息 and 关于我们 have words of their own, and no neighbour of their kind. What is all labels, or a
    date and a medium's name, is a publish line even there.
    """
    words = lines[0].folded
    if len(lines) < 2:
        return False

    def ruled(line: str, *but: str) -> bool:
        return any(
            r.where in ("head", "edge") and r.id not in but and r.pattern.fullmatch(line) for r in rules.of(line)
        )

    if ruled(words, "site-links") or ruled(lines[1].folded):
        return False
    if not is_publish_line(words):
        return re.search(r"[|·/\s]", words) is None
    if any(fact.rule != "date-line" for fact in labels.read_line(words)):
        return False
    day = dates.find(words)
    rest = _NO_NAME.sub("", words[: day.start] + "\t" + words[day.end :]).strip() if day else ""
    return len(rest) >= 2 and not outlets.NAME.fullmatch(rest) and not bodies.LINE.fullmatch(rest)


def is_notice(lines: Sequence[PrintedLine], n: int, others: Container[int], rules: Rules, anywhere: Rules) -> bool:
    """Whether what a page's markup calls its title is a notice for whoever has the text alone: 返回首页, 责任编辑: 陈知夏.

    `others` are struck already. A title is the first line of a text; the last one is among what stands below it.
    """
    words = lines[n].folded
    if any(rule.pattern.fullmatch(words) for rule in anywhere.of(words)):
        return True
    below = next((line for k, line in enumerate(lines) if k > n and k not in others), None)
    if below is None:
        return any(rule.where != "head" and rule.pattern.fullmatch(words) for rule in rules.of(words))
    noted = any(rule.where in ("head", "edge") and rule.pattern.fullmatch(words) for rule in rules.of(words))
    return (noted or is_publish_line(words)) and not first_line_stays((lines[n], below), rules)


def _runs_on(upper: str, lower: str) -> bool:
    """Whether a title's line goes on in the next: marks left open, or a 关于… that only the next line ends."""
    if any(lower.count(close) > lower.count(mark) for mark, close in ("《》", "“”", "()")):
        return True
    return not kinds.OWN_END.search(upper) and (
        upper[-1] in "的和及与、"
        or (kinds.END.search(lower.removesuffix("》")) is not None and _ABOUT.search(upper) is not None)
    )


def _of_site(words: str) -> bool:
    """Whether a line above a title can be the site's: a few words, and no sentence, nor a heading of Markdown."""
    return len(words) <= 24 and words[-1] not in "。;!?”" and not words.startswith("# ")


def strip_head(
    lines: Sequence[PrintedLine],
    title: tuple[int, int] | None,
    known: bool,
    rules: Rules,
    struck: dict[int, str],
) -> list[Fact]:
    """Strike head lines into `struck` (line number to rule id) and read the facts they state.

    `known`: the title was found by a publish line or by the page's markup, so what is printed above it is the site's.
    """
    facts: list[Fact] = []
    limit = zone(lines, title[1] if title else None)
    listed = entries(lines, limit)
    below_text = False
    within = _noted(lines, limit)
    if title is None and first_line_stays(lines, rules):
        within.add(0)
    n = gone = 0
    counted = title[1] + 1 if title else 0  # up to where `gone` counts
    while n < limit:
        line = lines[n]
        if line.in_table or n in within or (title and title[0] <= n <= title[1]):
            n += 1
            continue
        own = (r for r in rules.of(line.folded) if r.where in ("head", "edge"))
        rule = next((r.id for r in own if r.pattern.fullmatch(line.folded)), None)
        if rule in group("field") and _in_form(lines, n, title, rules, struck):
            rule = None
        stated = n not in struck and not listed and is_publish_line(line.folded) and not _of_event(lines, n)
        if stated and (title is None or n > title[0]):
            # Under text a line without a date (来源：…, 记者：…) is the text's: a table's source, a speaker.
            said = labels.read_line(line.folded)
            dated = any(f.field == "published_on" for f in said)
            if not dated and _among_facts(lines, n):
                facts += line.says(said)
            elif not below_text or dated:
                rule = "publish-line"
        if n in struck or rule:
            struck.setdefault(n, rule or "")
            facts += line.says(labels.read_line(line.folded))
        elif known and title and n < title[0] and _of_site(line.folded):
            struck[n] = "page-head"
            if outlets.NAME.fullmatch(line.folded):
                facts += line.says([Fact("publisher", line.folded, "page-head", 60)])
        below_text = below_text or (n not in struck and line.folded[-1] in "。;?")
        n += 1
        if n == limit:
            gone += sum(k in struck for k in range(counted, n))
            counted = max(counted, n)
            limit = zone(lines, title[1] if title else None, gone, n)
            within |= _noted(lines, limit, n)
    return facts


def _in_form(
    lines: Sequence[PrintedLine], n: int, title: tuple[int, int] | None, rules: Rules, struck: Container[int]
) -> bool:
    """Whether a line stands beside a field that is no notice: among those of a form, which the text is about."""
    for k in (n - 1, n + 1):
        if not 0 <= k < len(lines) or k in struck or (title and title[0] <= k <= title[1]):
            continue
        words = lines[k].folded
        if _FIELD.fullmatch(words) and not is_publish_line(words):
            return not any(r.where in ("any", "head", "edge") and r.pattern.fullmatch(words) for r in rules.of(words))
    return False


def _among_facts(lines: Sequence[PrintedLine], n: int) -> bool:
    """Whether a line without a day is one of a list of facts that the document holds: an author among publisher and price."""
    count = 0
    for step in (-1, 1):
        for k in range(n + step, n + step * (_FACTS + 1), step):
            words = lines[k].folded if 0 <= k < len(lines) else ""
            if not _FIELD.fullmatch(words) or is_publish_line(words):
                break
            count += labels.label_of(words.partition(":")[0]) is None
    return count >= _FACTS


def infobox(lines: Sequence[PrintedLine], struck: dict[int, str]) -> list[Fact]:
    """An encyclopedia's box of bulleted labels, its contents line, and the headings that line lists: theirs, not the text's."""
    facts: list[Fact] = []
    rows = [
        n
        for n, line in enumerate(lines[:24])
        if (m := _BULLET.match(line.folded))
        and (found := re.match(r"([^:]{2,10}):\s*\S", line.folded[m.end() :]))
        and _BOX_LABEL.search(found[1])
    ]
    if len(rows) < 2 or rows[-1] - rows[0] > 2 * len(rows):
        return facts
    for n in range(rows[0], rows[-1] + 1):
        plain = _BULLET.sub("", lines[n].folded, count=1)
        name = _BOX_NAME.fullmatch(plain)
        said = [Fact("title", name[1].strip(), "infobox", 40)] if name else labels.read_line(plain)
        facts += lines[n].says(said)
        struck[n] = "infobox"
    if rows[0] and _BOX_HEAD.fullmatch(lines[rows[0] - 1].folded):
        struck[rows[0] - 1] = "infobox"
    after = rows[-1] + 1
    if after < len(lines) and _CONTENTS.fullmatch(lines[after].folded):
        listed = {key(item) for item in re.split("[,、]", lines[after].folded) if item}
        headings = [n for n in range(after + 1, len(lines)) if key(lines[n].folded) in listed]
        if listed and {key(lines[n].folded) for n in headings} == listed:
            struck[after] = "contents-line"
            struck.update(dict.fromkeys(headings, "template-heading"))
    return facts


def repeats(lines: Sequence[PrintedLine], title: tuple[int, int] | None, struck: dict[int, str]) -> None:
    """Strike further printings of the title, on one line or broken over two."""
    if title is None:
        first = next((n for n in range(min(6, len(lines))) if n not in struck), None)
        if first is None or is_sentence(lines[first].folded) or is_body(lines[first].folded):
            return
        # What is counted there comes again where it is what a list above said; a list's entry comes again and again.
        if markers.opens(lines[first].folded):
            return
        name = key(lines[first].folded)
        if sum(key(line.folded) == name for n, line in enumerate(lines) if n not in struck) > _ENTRIES:
            return
        title = (first, first)
    name = "".join(key(line.folded) for line in lines[title[0] : title[1] + 1])
    if not 8 <= len(name) <= 120:
        return
    n = 0
    while n < len(lines):
        if lines[n].folded[0] != name[0] and lines[n].folded[0].isalnum():
            n += 1  # it begins as no printing of the title does
            continue
        if n not in struck and not title[0] <= n <= title[1] and len(lines[n].folded) <= 140:
            own = key(lines[n].folded)
            if own == name:
                # Two bodies that issue jointly stand where a title does, and again in the signature.
                if not (n + 1 < len(lines) and is_day(lines[n + 1].folded)):
                    struck[n] = "title-repeat"
            elif (
                len(own) >= 4
                and name.startswith(own)
                and n + 1 < len(lines)
                and not (n + 1 in struck or title[0] <= n + 1 <= title[1])
                and own + key(lines[n + 1].folded) == name
            ):
                struck[n] = struck[n + 1] = "title-repeat"
        n += 1
