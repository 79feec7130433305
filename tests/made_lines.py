"""Pages put together at random from lines that readers of text trip over, as HTML and as plain text; invented names and places."""

import random
from html import escape
from itertools import pairwise

_TITLES = (
    "2019-09-29 发布挂号信信息", "早安云栖〔2018.3.19 周一〕", "渔港改造完工", "云栖市人民政府关于渔港建设的通知",
    "关于我们", "2021年6月8日渔港开放日", "编辑:一项被低估的工作", "公告", "云栖市渔港管理条例（试行）",
    "云栖市渔港建设", "下一篇章", "第三届渔港文化节", "时间:渔港的一百年", "渔港2021", "附件", "目录", "点赞渔港的人",
    "中国渔港纪行(一)", "云栖渔港 Harbour Examples", "打印渔网的人",
)  # fmt: skip
_LINES = (
    "时间:2021年6月8日", "地点:云栖市渔港", "主讲:林小满", "2021-06-18", "2021年6月8日", "云栖市人民政府", "云栖市水利局办公室",
    "1", "2", "3", "4", "5", "001", "03709", "- 1 -", "- 2 -", "第1页", "第2页 共3页", "一", "二", "[1]", "[2] 渔港志,云栖出版社,2001。",
    "附件:1.渔港名录", "附件1", "附件:渔港名录", "附表", "（此件公开发布）", "云政发〔2021〕6号", "抄送:各渔港。", "2021年6月8日印发",
    "责任编辑:陈知夏", "来源:云栖日报", "作者:林小满", "编辑 陈知夏", "打印 关闭", "上一篇:渔港开放日", "相关阅读", "分享到:微信 微博",
    "版权所有 云栖市人民政府", "联系我们", "扫一扫在手机打开当前页", "图为渔港全景。林小满 摄", "图1 渔港全景", "表2 渔港数量", "目录", "前言", "结束语",
    "第三章第一條稱第二條。", "依照第三条第二款的规定办理。", "第一部分 总体要求", "第一章 总则", "第二章 渔港", "第一节 泊位", "第一条 为建设渔港,制定本条例。",
    "第二条 渔港由市政府管理。", "第二条之一 泊位另行规定。", "一、总体要求", "二、主要任务", "（一）建设泊位", "（二）建设码头。泊位增加一倍。",
    "1.修石阶", "2.修灯塔。灯塔每年检修一次。", "①甲方", "②乙方", "甲、渔港", "1.1 泊位", "1.2 码头", "Q:渔港何时开放?", "A:明年。", "壹、渔港",
    "渔港", "泊位与码头", "渔港的历史:", "他说:“渔港很美。”", "“渔港很美。”", "——渔港纪行", "●渔港", "★泊位", "→ 码头", "2021", "12.5", "★★★", "——",
    "经濟(jīng jì)", "白沙(bái shā)渔港", "（2021年3月5日云栖市第一届人民代表大会第二次会议通过）", "特此通知。", "各渔港管理站:", "咨询电话:0000-1234567",
    "渔港里停着十条船,", "另外十条船出海了。", "码头上的人说,今年的鱼", "比去年多。", "云栖市", "渔港管理办法", "关于渔港建设的", "若干意见",
    "林小满", "记者 林小满", "本报记者 林小满 通讯员 陈知夏", "（来源:云栖日报）", "（记者林小满）", "更多>>", "返回首页", "点击查看全文", "联系人:陈知夏",
)  # fmt: skip
_PROSE = (
    "渔港位于云栖市东部,北靠青山,南临大海,是附近渔民停船避风的地方,也是游客看日出的去处。",
    "昨日,云栖市水利局在渔港召开会议,研究泊位改造工作。会议指出,泊位改造关系到两岸百姓的生活,要抓紧抓实,确保年底前完工。",
    "据介绍,渔港改造分三期进行,第一期修石阶,第二期修灯塔,第三期修码头。三期都完成后,渔港可以停两百条船。",
    "林小满说,她小时候常常来渔港看船,那时候的渔港只有十来条船,石阶也是歪的,退潮的时候要走很远。",
    "泊位增加一倍。码头加长五十米。",
    "各渔港管理站要按照职责分工,抓好本方案的落实;对工作成效明显的单位,给予通报表扬。",
)


def draw(number: int) -> tuple[str, list[str]]:
    """A title and lines, the same for the same number."""
    pick = random.Random(number)
    size = pick.choice((3, 5, 8, 12, 20, 30))
    share = pick.choice((0.2, 0.4, 0.7))
    few = pick.sample(_LINES, pick.randint(3, 12))  # a page has its habits
    lines = [pick.choice(_PROSE) if pick.random() > share else pick.choice(few) for _ in range(size)]
    return pick.choice(_TITLES), [pick.choice(_PROSE), *lines] if pick.random() < 0.7 else [*lines, pick.choice(_PROSE)]


def html(number: int) -> str:
    """The lines as a web page: paragraphs, headings, list items, cells and broken lines, at random."""
    title, lines = draw(number)
    pick = random.Random(-number - 1)
    parts: list[str] = []
    for line in lines:
        text = escape(line)
        form = pick.choice(("p", "p", "p", "p", "p", "h3", "li", "br", "strong", "center"))
        parts.append(
            {
                "br": f"{text}<br>",
                "strong": f"<p><strong>{text}</strong></p>",
                "center": f"<p style='text-align:center'>{text}</p>",
                "li": f"<ul><li>{text}</li></ul>",
            }.get(form, f"<{form}>{text}</{form}>")
        )
    if pick.random() < 0.2:
        cells = "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in pairwise(lines))
        parts.insert(pick.randint(0, len(parts)), f"<table>{cells}</table>")
    head = f"<h1>{escape(title)}</h1>" if pick.random() < 0.8 else ""
    if pick.random() < 0.5:
        head += "<div class='info'>发布时间:2021-06-18 来源:云栖日报</div>"
    return (
        f"<html><head><meta charset='utf-8'><title>{escape(title)}_云栖网</title></head><body>"
        f"<div class='nav'><a href='/'>首页</a></div>{head}<div class='TRS_Editor'>{''.join(parts)}</div></body></html>"
    )


def plain(number: int) -> str:
    """The lines as text, some with site chrome around them."""
    title, lines = draw(number)
    pick = random.Random(-number - 1)
    head = [title, "发布时间:2021-06-18 来源:云栖日报"] if pick.random() < 0.5 else [title]
    gap = pick.choice(("\n", "\n", "\n\n", "\n　　"))
    return gap.join([*head, *lines])
