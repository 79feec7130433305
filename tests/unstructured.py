"""Paragraphs without structure, generated: prose, dialogue, tables, recipes, forms, with everything in them that looks
like numbering and is none. Invented people and places."""

import random

_WHO = ["老周", "小禾", "林医生", "青石镇的邮差", "掌柜", "值夜班的护士", "她的外婆", "船老大", "木匠", "邻居"]
_WHERE = [
    "云溪县",
    "白鹭渡",
    "旧城墙下",
    "半山腰的茶亭",
    "河对岸",
    "三号楼",
    "北门集市",
    "一间阁楼",
    "南浦中学",
    "车站",
]
_WHEN = [
    "3月5日",
    "二〇一九年十月一日",
    "1998年",
    "上午10:30",
    "第二天",
    "二十一日傍晚",
    "2021年12月",
    "午后",
    "12月31日",
    "第三个星期",
]
_PROSE = [
    "{when}，{who}去了{where}，走了3.5公里，路上没有遇见一个人。",
    "{who}说，依照第十条规定，这笔押金应当退还，可是{where}的人并不理会。",
    "按照第三章至第五章的讲法，{who}把旧屋的梁柱量了又量，一共1.2米。",
    "一、二年级的孩子在{where}排队，三、四年级的在操场上跑。",
    "{when}的比分是2:1，{who}在看台上坐到最后。",
    "书的第一章讲到{where}，{who}读了三遍，仍然不懂。",
    "{who}想起第一次来{where}的情形，第二次来时已经隔了二十年。",
    "他买了十一、二斤梨，又买了1/2斤糖，花去15.80元。",
    "前款所说的那条河，{who}小时候常常游过去。",
    "《渔舟唱晚（一）》在{where}的收音机里放了一遍又一遍，{who}听得睡着了。",
    "气温降到零下5.5℃，{where}的水管冻裂了，{who}用旧毛巾包了三层。",
    "{who}的电话是5550123，没有人知道第4个数字为什么总是拨错。",
    "“第一，我不认识他；第二，那天我在{where}。”{who}平静地说。",
    "根据本条例第七条、第八条的说明，{who}填了两张表。",
    "风停了。{who}坐在{where}，看着河水慢慢变暗。",
    "这一年{where}的产量是1.5万吨，比上年多了3.2个百分点。",
]
# Sentences that begin with what looks like a marker: in front of a paragraph nothing but the sense says otherwise.
_OPENERS = [
    "第十条规定了押金的退法，{who}读了两遍。",
    "第三章是全书最长的一章，写的是{where}的冬天。",
    "第二天，{who}又去了{where}。",
    "三、四年级的孩子在{where}等车。",
    "一、二楼是店面，三楼住人。",
    "1号楼的{who}搬走了，2号楼还空着。",
    "1.5万吨煤堆在{where}。",
    "2.0版的说明书写得很清楚。",
    "（一）班和（二）班在{where}拔河。",
    "(1)班的{who}跑得最快。",
    "①号桌坐着{who}，②号桌空着。",
    "12月3日，{where}下了第一场雪。",
    "3:2，{who}赢了。",
    "1998年，{who}离开{where}。",
    "二〇一九年的秋天来得早。",
    "十、九、八、七……{who}数到一的时候灯亮了。",
    "第一名是{who}，第二名是船老大，第三名没有来。",
    "“第三，{where}太远。”{who}说。",
    "甲、乙两队在{where}比赛。",
    "丙说他没去过{where}。",
    "第一部分讲的是{where}，第二部分讲的是{who}。",
    "五十、六十岁的人都记得{where}的渡船。",
    "第五节课是体育，{who}扭伤了脚。",
    "1、3、5路车经过{where}。",
    "1. 5元一张票，{who}买了两张。",
    "4月的{where}，12度。",
    "一是{where}太远，二是{who}不肯去。",
    "10点10分，{who}到了{where}。",
    "第七十二条船也回来了。",
    "六、七月间{where}最热。",
    "3、4号码头停着{who}的船。",
    "二、三十个人站在{where}。",
    "7.8级的风吹倒了{where}的树。",
    "第二条路绕过{where}。",
    "第三节车厢里坐着{who}。",
    "第一章写完的那天，{who}喝了酒。",
]
_DIALOGUE = [
    "“{when}你在{where}吗？”",
    "“不在。”{who}答道。",
    "{who}：你听见钟声了没有？",
    "甲：明天去{where}。",
    "乙：好，10点见。",
]
_TABLE = ["序号\t品名\t数量", "1\t木梳\t{n}", "2\t棉布\t{n}.5", "3\t灯笼\t{n}", "合计\t\t{n}"]
_RECIPE = [
    "面粉200克，清水{n}毫升，盐1.5克。",
    "把鱼洗净，切成2厘米的块，用料酒腌10分钟。",
    "大火烧开，转小火炖{n}分钟，加葱花即可。",
    "鸡蛋2个",
    "白糖30克",
]
_FORM = ["姓名：{who}", "住址：{where}12号3单元", "日期：{when}", "联系电话：5550{n}", "备注：无", "身高：1.{n}米"]


def paragraph(rng: random.Random) -> str:
    """One paragraph (a table or a form has several lines)."""
    kind = rng.choice(["prose", "prose", "opener", "opener", "dialogue", "table", "recipe", "form"])
    fill = lambda line: line.format(  # noqa: E731
        who=rng.choice(_WHO), where=rng.choice(_WHERE), when=rng.choice(_WHEN), n=rng.randint(10, 99)
    )
    if kind == "prose":
        return "".join(fill(rng.choice(_PROSE)) for _ in range(rng.randint(1, 6)))
    if kind == "opener":
        return "".join(fill(rng.choice(_OPENERS)) for _ in range(rng.randint(1, 4)))
    if kind == "dialogue":
        return "\n".join(fill(rng.choice(_DIALOGUE)) for _ in range(rng.randint(2, 4)))
    lines = {"table": _TABLE, "recipe": _RECIPE, "form": _FORM}[kind]
    return "\n".join(fill(line) for line in lines)
