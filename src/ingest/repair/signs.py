"""What Chinese looks like that was read in a wrong encoding of two bytes: the signs by which a line is asked further."""

from ingest.patterns import pattern
from ingest.repair import strange, unreadable

LEADS = "锛銆鈥" + "".join(bytes((a, b)).decode("gbk", "ignore") for a in range(0xE4, 0xEA) for b in range(0x80, 0xC0))
"""What the first two bytes of UTF-8's Chinese characters are in GBK: every third character of such garbage, hardly any
of real text."""
LEAD = pattern(f"[{LEADS}]")
_WIDE = pattern("[^\x00-\x7f]")
SWAPPED = pattern(
    "["
    "ˋ⺍⺼⻌〆ㄆㄇㄈㄊㄏㄓㄗㄘㄛㄠㄢㄣㄤㄩ㎝㎡㏄㏑丿佴佽侐侔侚俀俇俋俴俶倓倛倰傖僇儔儕儸冞冪刓剒劂劓勀勍勦卼厒厙厩"
    "吽呇呥呴呾咡哿唳啋噫囀囥囮圉坋坒坴坻垀埏埜埣埭埮埻堈堍堎夤奀奻妀妎妏妗妢妦婌婓婖婬媼嬴宎宒尨尪岆岈岍岿峈崋崝巠"
    "巹帤幠庈庤弇弝彶彸徏忳怓怢怮恀恅悝慇扂扢扦扲抎拸拻挕捚旃旯昜昢昹晞朸杅杻枑枙栠桉桯桲桴桵桽梑橇橾欴毞氪汒汜沭泭"
    "洘洷涴淉淏淕淰湔潠濬炰炵炾燠牉犖狝狟狥狦狶猁猌猔猠猭猵獀獶獽玂玡玥玭玱珆珇珋珛珨珩珿琁琌琍琩琿瑈璶璸瓁瓟甧甶畉"
    "畍疭痐痜痷瘉癘癬癳皊皌皘盄盓盢盽盿眈眎眏眒眔眕眖眢眤眥眭眳眻睲瞏瞶瞷矪砃砆砉砏砑砓砛砞砩砯砱硂硄硈硉硐硑碞碭礚"
    "礛祇祘祩祫禜禣禫禬秈秏秖秞秨秪秶稦稰稲穝穦穨窐窾竒竘竚竡笆笚笝笢笣笥笭笰笱笲笴笵笷筁筿篈簙籓籔籵粂粄糤糶紇絋絬"
    "続繦繷繺羆羘羛羭羶翋翴耋耞肈脤腴膘臫舦舧芘芛芞芠芢芶苀苤苺茼荌荎萇萸藷虳虴虷蚔蚚蚥蚳蚾蛁蛂蛌蜆蜊螟衄衭衱衾袧褫"
    "覂覜觼訧誧賸赻赽趼跦躓軗軞迡迵逄逋逜郔郤郪酕酗酴醱釬鍰鎗阨阰陎陑陓陔陬陲饜髡龰﹛﹜﹝"
    "]"
)
"""What the 600 commonest characters, and marks, become when GBK is read as Big5 or Big5 as GBK (是 as 岆, 中 as 笢, ， as ㄛ),
where that is so rare that the model gives it less than e to the -14."""


def dense(text: str) -> bool:
    """Whether as many characters are halves of UTF-8's as in such garbage (a third, less what was lost)."""
    found = LEAD.findall(text)
    return len(found) > 1 and 5 * len(found) > len(_WIDE.findall(text))


def swapped(text: str) -> bool:
    """Whether as many characters are what the other encoding makes of common ones as such garbage has."""
    found = SWAPPED.findall(text)
    wide = len(_WIDE.findall(text))
    return len(found) > 1 and 12 * len(found) > wide > 2 * len(unreadable.ZHUYIN.findall(text))


def garbled(text: str) -> bool:
    """Whether a text may be garbage of Chinese characters."""
    return any(chinese(text[start:end], kind) for start, end, kind in unreadable.windows(text))


def chinese(piece: str, kind: str) -> bool:
    """Whether a window is of Chinese characters, or of Korean ones, which Chinese bytes are likewise."""
    return kind == unreadable.IDEOGRAPHS or strange.no_korean(piece)


def kana(text: str) -> bool:
    """Whether a text without signs for lost bytes is rather Japanese: kana have the codes of many characters."""
    return "\ufffd" not in text and 6 * len(unreadable.KANA.findall(text)) > len(_WIDE.findall(text))
