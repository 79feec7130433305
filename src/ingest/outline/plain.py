"""Whether a short line has the form of a heading, or is a field, a row, a remark, or what else has a form of its own."""

from ingest.han import numerals
from ingest.outline.lines import COLONS, LogicalLine, form
from ingest.patterns import pattern

STOP = pattern(rf"[。！？；{COLONS}，、!?;,…—\-．][”」』）)】]?$|(?<=[\u4e00-\u9fff])\.$|(?<=[a-z]{{3}})\.$")
FULL = pattern(rf"[。！？；{COLONS}!?;．][”」』）)】]?$|(?<=[\u4e00-\u9fff])\.$|(?<=[a-z]{{3}})\.$")
_NO_HEADING = pattern(
    r"(?:--|//|/\*|!!!|\?\?\?|:::|[—–―]{1,2}|→|>|!\[|<[/A-Za-z?!]|\$ |\*|[［\[【(（]?\s?关\s*键\s*[词字]|各位|尊敬|亲爱|同志|现在，|我代表|首先报告|图为|来源|作者|编辑|记者|电话|地址|[A-Z]{2,4}(?:/[A-Z]{1,3})?\s?\d{2})"
)
# A field and its value, an amount: lines of forms and recipes.
_VALUE = pattern(
    r"[：:]|\d\s?(?:[克斤两个只元米吨升页人名件次岁号分%％℃]|毫升|厘米|公斤|公里|分钟|小时|小?勺)$|[路街道巷]\S{0,4}\d+号|\d室"
)
# What is set out in columns or drawn, an equation, a number to be filled in.
_SET_OUT = pattern(
    r"[\u2500-\u257f＝=□☐]|\$[A-Za-z_({]|(?:^|\s)--?[a-z]+(?:\s|$)|\S{2}(?:[^\S\n]{3}|\u3000{2})\s*\S{2}|第[\s×xX＿_\d一二三四五六七八九十百〇○IVXivxⅠ-Ⅻ]*[号页頁][）)]?$|[（(]$|以下[简統统]称|（大写）|日期$"
)
# A row of a table, a remark in brackets, a name and two further words set apart, a line without words or with a code alone, answers of a test (1-5 ABCDA), how a word is read (dù), what is
# done, what comes of a vote, a day with or without figures, a party that signs: told by how the line begins.
_SET_APART = pattern(
    r"[|｜]|[\[［]\d{1,3}[\]］]|[（(〔\[].{9,}[）)〕\]]$|[（(][^（）()]+[）)]$|\S[ \u3000]{1,6}\S[ \u3000]+\S{2}|[\W\d_ˍ]+$|[✅✓✔☑✗❌].{12}"
    r"|\d+[-–~]\d+ [^\u4e00-\u9fff]+$|[a-zà-öø-ÿāēīōūǎěǐǒǔǖǘǚǜ]+$"
    r"|[\[【（(]?[A-Z]?[\d.．\-–—]+[A-Z\d.．\-–—]*[\]】）)]?$|(?:不?同意|赞成|反对|弃权|不表态|出席)[票数]*[\s：:]*\d"
    r"|(?:[无無][异異][议議]|一致|全[体體]|照案|照原案|鼓掌|[经經]?表[决決]|投票)[^，。；：:]{0,8}(?:通过|通過)$|(?:散[会會]|休[会會]|休息)$"
    r"|[\[【（(]?(?:年份|[X×]{2,4}|\d{4})[\]】）)]?年[\[【（(]?[月份X×\d]{1,2}[\]】）)]?月?$|年\s+月(?:\s+日)?$"
    rf"|[\d{numerals.HAN}\s]{{2,9}}年[\d{numerals.HAN}\s]{{1,5}}月$"
    rf"|[\d{numerals.HAN}×\s]{{0,9}}年[\d{numerals.HAN}×\s]{{1,9}}月[\d{numerals.HAN}×\s]{{1,9}}日"
    r"|(?:[甲乙丙丁买卖供需]|借款|贷款|出租|承租|发包|承包|委托|受托)(?:单位|[方人])(?:$|盖章|签[字章]|代表|[（(])"
)
_PAIRS = tuple(
    map(tuple, ("（）", "()", "《》", "“”", "「」", "【】", "[]"))
)  # a line that leaves one open goes on in the next
_STEP = pattern(
    rf"(?:第\s?[{numerals.HAN}\d]{{1,3}}\s?(?:讲|课|步|点|阶段|部分?|单元|周|期)|(?:步骤|案例|场景|实验|任务|模块|阶段|表格)\s?[{numerals.HAN}\dA-Z]{{1,3}})"
    r"\s?[：:]\s?[^：:。；，]{2,26}"
)  # 第二阶段：检修 heads something, though a colon stands in it


def plain(text: str, line: LogicalLine) -> bool:
    """Whether a short line is no field, row, remark, or what else has a form of its own."""
    words = text[line.start : line.end]
    return not (
        "\t" in words
        or _NO_HEADING.match(words)
        or (_VALUE.search(words) and not _STEP.fullmatch(words))
        or form(words)
        or _SET_OUT.search(words)
        or _SET_APART.match(words)
        or any(words.rfind(opening) > words.rfind(closing) for opening, closing in _PAIRS)
    )
