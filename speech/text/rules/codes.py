"""Numbers that tell one thing from others of its kind: rooms, orders, accounts."""

from speech.text.numerals import spell, spell_code
from speech.text.rules.table import COUNTED, Rule, code

LABEL = (
    "号码?|编[号码]|证码|代码|密码|邮编|邮政编码|[账帐卡单工学尾房区]号|车牌|房间|电话|手机|微信|QQ|ID|No|热线|客服|拨打?|致电|分机|短信"
    "|分辨率|序列号|型号|端口|单元|号楼|栋"
)
PLACE = (
    "[室房](?![源企价产子地屋客东贷租内外])|号?病房|教室|会议室|办公室|包厢|号[房室]|次列车|次航班|国道|省道|路(?!口)"
)
NICKNAMES = {
    "985": "九八五", "211": "二幺幺", "996": "九九六", "007": "零零七", "404": "四零四", "520": "五二零",
    "1314": "一三一四", "618": "六一八", "911": "九一一", "315": "三一五", "12306": "幺二三零六",
    "666": "六六六",
}  # fmt: skip
CALLED = "新政|晚会|大促|事[件变]|惨案|工作制|阵型"
HEIGHTS = "480|540|600|720|768|800|900|1024|1050|1080|1200|1440|1600|2160|4320"

RULES: tuple[Rule, ...] = (
    # 11010119900307123X
    (r"(?<!\d)(\d{17})X", lambda match: f"{spell_code(match[1])}X"),
    # 分辨率2796×1290, 1920×1080, 1080p
    (
        r"(分辨率[:是为达 ]{0,2})(\d{3,4}) ?[xX*×] ?(\d{3,4})(?!\d)",
        lambda match: f"{match[1]}{spell(match[2])}乘{spell(match[3])}",
    ),
    (rf"(?<!\d)(\d{{3,4}}) ?[xX*×] ?({HEIGHTS})(?![\d.=])", lambda match: f"{spell(match[1])}乘{spell(match[2])}"),
    (r"(?<!\d)\d{3,4}(?=[pPi](?![A-Za-z]))", lambda match: spell(match[0])),
    # No.1, and No.10086, which the rule after it spells
    (r" ?(?<![A-Za-z])[Nn][Oo]\. ?(?=\d{1,2}(?!\d))", "第"),
    (r"(?<![A-Za-z])[Nn][Oo]\. ?(?=\d)", "No "),
    # 房间号1203, 验证码: 482913
    (
        rf"((?:{LABEL})[:是为 ]{{0,2}})(\d{{3,}})(?!\d|\.\d|{COUNTED})",
        lambda match: match[1] + spell_code(match[2]),
    ),
    # 1203室, 331路, 26314号
    (rf"(?<![\d.:-])(\d{{3,4}})(?={PLACE})|(?<![\d.:第-])(\d{{4,}})(?=号(?![楼线]))", code),
    # 12345678
    (rf"(?<![\d.-])(\d{{8,}})(?<!0000)(?!\d|\.\d|{COUNTED})", code),
    # 007
    (r"(?<![\d.:/-])(0\d+)(?![\d.:/-]|[年月日号时点分秒])", code),
    # 985高校, but not 985元
    (
        rf"(?<![\d.:/第约共达-])({'|'.join(NICKNAMES)})(?!\d|[.:/]\d|[%-]|{COUNTED})",
        lambda match: NICKNAMES[match[1]],
    ),
    # 101中学, 58同城, 360浏览器
    (
        r"(?<!\d)(\d0[1-9](?=中学|医院)|58(?=同城)|36(?=氪)|9[258](?=号汽?油)|360(?=浏览器|安全|搜索|公司|杀毒|软件))",
        code,
    ),
    # 930新政
    (rf"(?<![\d.])\d{{3}}(?={CALLED})", lambda match: spell(match[0])),
)
