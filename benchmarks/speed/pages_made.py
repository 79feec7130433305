"""Self-written pages of five kinds for the benchmarks, with invented places: no two of them share more than phrases.

modern: a site's page with navigation, links and a footer. old: tables within tables, GB 18030, upper-case tags. statute: a long
law in plain text. mirror: a page with pinyin glosses and a few swallowed bytes. traditional: a notice in Taiwan's characters.
"""

import random
from collections.abc import Callable
from pathlib import Path


def _words(text: str) -> list[str]:
    return text.split()


_PLACES = _words(
    "云岭 青禾 石桥 白鹭 东篱 鹿鸣 沙溪 竹埠 柳湾 松原湖 大漕 南浦口 金竹 望潮 梅园 杏坪 荷塘里 桐洲 雁滩 海棠湾"
)
_SUFFIXES = _words("市 县 区 镇")
_WHO = _words(
    "市政府办公室 县水务局 区教育局 各镇人民政府 市农业农村局 渔港管理处 县档案馆 图书馆 公交公司 水库管理所 社区居委会 市场监督管理局"
)
_DOES = _words("要加强 负责 定期检查 逐步完善 牵头推进 如期完成 统一组织 认真落实 及时公布 按月汇总 严格控制 协助开展")
_WHAT = _words(
    "渔船登记 河道清淤 古树名木的养护 农村饮水工程 校车线路 档案数字化 公共浴室改造 夜间巡查 泊位的分配 堤防加固 稻谷收购 垃圾分类站点 "
    "阅览室的开放时间 危旧房屋排查 护林防火队伍 小型水库的蓄水计划 滩涂养殖许可 集市摊位 候车亭的修缮 路灯节能改造"
)
_HOW = _words(
    "在每年汛期之前 自本月起 会同有关单位 按照先急后缓的次序 以现有经费为限 经集体研究 在网站上 依照章程 以书面形式 分三个批次"
)
_WHY = _words(
    "确保群众出行安全 不得影响正常生产 并把结果报送主管部门 以便下一步安排 接受公众监督 使新旧设施相互衔接 做到账实相符 防止重复建设"
)
_READINGS = {
    "發": "fā", "經": "jīng", "實": "shí", "開": "kāi", "時": "shí", "間": "jiān", "檢": "jiǎn", "設": "shè", "監": "jiān",
    "計": "jì", "劃": "huà", "進": "jìn", "項": "xiàng", "條": "tiáo", "責": "zé", "應": "yīng", "現": "xiàn", "體": "tǐ",
}  # fmt: skip


def sentence(draw: random.Random) -> str:
    """One sentence of officials' prose."""
    parts = [draw.choice(_HOW), draw.choice(_WHO), draw.choice(_DOES), draw.choice(_WHAT)]
    number = f"共{draw.randint(2, 980)}处" if draw.random() < 0.3 else ""
    return f"{parts[0]}，{parts[1]}{parts[2]}{parts[3]}{number}，{draw.choice(_WHY)}。"


def paragraph(draw: random.Random, sentences: int) -> str:
    """Some sentences."""
    return "".join(sentence(draw) for _ in range(sentences))


def _title(draw: random.Random, n: int) -> str:
    place = draw.choice(_PLACES) + draw.choice(_SUFFIXES)
    return f"{place}关于{draw.choice(_WHAT)}和{draw.choice(_WHAT)}的通知"


def _body(draw: random.Random, units: int) -> list[str]:
    lines = []
    for mark in "一二三四五六七八九"[:units]:
        lines.append(f"{mark}、{draw.choice(_WHAT)}")
        lines += [f"（{m}）{draw.choice(_WHAT)}。{paragraph(draw, 2)}" for m in "一二"]
    return lines


def modern(n: int) -> bytes:
    """A page of a site as content systems make it now."""
    draw = random.Random(n)
    title, day = _title(draw, n), f"2021-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    links = "".join(f"<li><a href='/{draw.randint(1, 10**6)}.html'>{draw.choice(_WHAT)}</a></li>" for _ in range(24))
    body = "".join(f"<p style='text-indent:2em'><span>{line}</span></p>" for line in _body(draw, 6))
    more = "".join(f"<li><a href='/a/{draw.randint(1, 10**6)}.html'>{sentence(draw)[:22]}</a></li>" for _ in range(10))
    return (
        f"<!DOCTYPE html><html lang='zh'><head><meta charset='utf-8'><title>{title}_望潮政务网</title><style>p{{margin:0}}</style>"
        f"<script>var a={{b:[{','.join(str(draw.random()) for _ in range(60))}]}};</script></head><body><header><nav><ul>{links}</ul>"
        f"</nav></header><main><article><h1>{title}</h1><div class='info'><span>发布时间：{day}</span><span>来源：望潮日报</span></div>"
        f"<div class='article-content'>{body}<p>{draw.choice(_PLACES)}市人民政府</p><p>{day[:4]}年3月1日</p></div></article><aside><h3>相关阅读</h3>"
        f"<ul>{more}</ul></aside></main><footer><p>版权所有 望潮政务网</p></footer></body></html>"
    ).encode()


def old(n: int) -> bytes:
    """A page of twenty years ago."""
    draw = random.Random(n)
    title = _title(draw, n)
    left = "".join(f"<TR><TD><A HREF=/{n}.htm>{draw.choice(_WHAT)}</A></TD></TR>" for n in range(14))
    body = "<BR>".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in _body(draw, 5))
    return (
        f"<HTML><HEAD><META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=gb2312'><TITLE>{title}</TITLE></HEAD><BODY BGCOLOR=#ffffff>"
        f"<TABLE WIDTH=760><TR><TD WIDTH=160 VALIGN=top><TABLE>{left}</TABLE></TD><TD><TABLE WIDTH=100%><TR><TD ALIGN=center><FONT SIZE=5>"
        f"<B>{title}</B></FONT></TD></TR><TR><TD ALIGN=center>2004年{draw.randint(1, 12)}月{draw.randint(1, 28)}日　来源：望潮日报</TD></TR>"
        f"<TR><TD>{body}</TD></TR></TABLE></TD></TR></TABLE><CENTER>望潮县信息中心制作</CENTER></BODY></HTML>"
    ).encode("gb18030")


def statute(n: int) -> bytes:
    """A law of about 70 articles in plain text."""
    draw = random.Random(n)
    name = f"{draw.choice(_PLACES)}市{draw.choice(_WHAT)}条例"
    day = f"{draw.randint(1999, 2022)}年{draw.randint(1, 12)}月{draw.randint(1, 28)}日"
    lines = [name, f"（{day}{draw.choice(_PLACES)}市人民代表大会常务委员会第{draw.randint(3, 30)}次会议通过）"]
    article = 0
    han = "一二三四五六七八九十"

    def printed(k: int) -> str:
        tens, ones = divmod(k, 10)
        return ("" if tens < 2 else han[tens - 1]) + ("十" if tens else "") + (han[ones - 1] if ones else "")

    for chapter in range(1, 8):
        lines.append(f"第{han[chapter - 1]}章 {draw.choice(_WHAT)}")
        for _ in range(10):
            article += 1
            text = paragraph(draw, 2)
            if article > 4 and draw.random() < 0.3:
                text += f"违反本条例第{printed(draw.randint(1, article - 1))}条规定的，由{draw.choice(_WHO)}责令改正。"
            lines.append(f"第{printed(article)}条　{text}")
            if draw.random() < 0.3:
                lines += [f"（{mark}）{sentence(draw)[:-1]}；" for mark in "一二三"]
    lines.append(f"第{printed(article + 1)}条　本条例自{day}起施行。")
    return "\n".join(lines).encode()


_TRADITIONAL = str.maketrans(
    "云岭东篱鹿滩湾园务农区镇乡县办处档图书馆库长监码头业员车线数统时间开关门问阅览许渔养饮计划设备废旧护应当规则条项单责组织严协调网发现场经过进远选还边点热号"
    "检查强牵总实汇认洁树村类圾垒谷购夜随队伍摊节账众确响产报送结接受损复济态优体坚为这个关审讯议讲话价传态闭层队险预额济党选举齐备军团众联农业动劳险丰龙",
    "雲嶺東籬鹿灘灣園務農區鎮鄉縣辦處檔圖書館庫長監碼頭業員車線數統時間開關門問閱覽許漁養飲計劃設備廢舊護應當規則條項單責組織嚴協調網發現場經過進遠選還邊點熱號"
    "檢查強牽總實匯認潔樹村類圾壘穀購夜隨隊伍攤節賬眾確響產報送結接受損復濟態優體堅為這個關審訊議講話價傳態閉層隊險預額濟黨選舉齊備軍團眾聯農業動勞險豐龍",
)


def mirror(n: int) -> bytes:
    """A mirror site's page: Traditional, and readings behind the characters that its converter knew."""
    draw = random.Random(n)
    text = "\n".join([_title(draw, n), *_body(draw, 5)]).translate(_TRADITIONAL)
    return "".join(f"{c}({_READINGS[c]})" if c in _READINGS else c for c in text).encode()


def traditional(n: int) -> bytes:
    """A notice as an agency of Taiwan prints it."""
    draw = random.Random(n)
    title = _title(draw, n)
    body = "".join(f"<p>{line}</p>" for line in _body(draw, 5))
    page = (
        f"<!DOCTYPE html><html lang='zh-Hant'><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>"
        f"<div class='cp'><p>發布日期：110年{draw.randint(1, 12)}月{draw.randint(1, 28)}日</p>{body}</div></body></html>"
    )
    return page.translate(_TRADITIONAL).encode()


KINDS: dict[str, tuple[Callable[[int], bytes], str]] = {
    "modern": (modern, ".html"),
    "old": (old, ".html"),
    "statute": (statute, ".txt"),
    "mirror": (mirror, ".txt"),
    "traditional": (traditional, ".html"),
}
"""What makes the page of a number, and the end of its file's name."""


def folder(
    root: Path, count: int, kinds: tuple[str, ...] = ("modern", "modern", "old", "traditional", "mirror")
) -> Path:
    """A raw folder of `count` pages, the kinds in turn, a thousand files a subfolder."""
    for n in range(count):
        make, ending = KINDS[kinds[n % len(kinds)]]
        place = root / f"part{n // 1000:03d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"page{n:06d}{ending}").write_bytes(make(n))
    return root
