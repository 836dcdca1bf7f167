"""Quantities and their units."""

from speech.text.characters import HAN
from speech.text.numerals import cardinal, spell
from speech.text.rules.table import COUNTED, NUMBER, TO, Rule, one_of

UNITS = {
    "km": "公里", "m": "米", "dm": "分米", "cm": "厘米", "mm": "毫米", "μm": "微米", "nm": "纳米", "ft": "英尺",
    "km²": "平方公里", "ha": "公顷", "m²": "平方米", "dm²": "平方分米", "cm²": "平方厘米", "mm²": "平方毫米",
    "km³": "立方公里", "m³": "立方米", "dm³": "立方分米", "cm³": "立方厘米", "mm³": "立方毫米",
    "L": "升", "l": "升", "mL": "毫升", "ml": "毫升", "ML": "毫升", "μL": "微升", "oz": "盎司", "lb": "磅", "lbs": "磅",
    "t": "吨", "kg": "千克", "Kg": "千克", "KG": "千克", "g": "克", "mg": "毫克", "μg": "微克",
    "h": "小时", "min": "分钟", "s": "秒", "ms": "毫秒", "μs": "微秒", "ns": "纳秒", "fps": "帧每秒", "rpm": "转每分",
    "Hz": "赫兹", "kHz": "千赫兹", "KHz": "千赫兹", "MHz": "兆赫兹", "GHz": "吉赫兹", "mph": "英里每小时",
    "V": "伏", "kV": "千伏", "mV": "毫伏", "mA": "毫安", "mAh": "毫安时", "Ah": "安时", "Ω": "欧", "kΩ": "千欧",
    "MΩ": "兆欧", "W": "瓦", "mW": "毫瓦", "kW": "千瓦", "KW": "千瓦", "MW": "兆瓦", "GW": "吉瓦", "Wh": "瓦时",
    "kWh": "千瓦时", "J": "焦", "kJ": "千焦", "cal": "卡", "kcal": "千卡", "kN": "千牛", "Pa": "帕", "hPa": "百帕",
    "kPa": "千帕", "MPa": "兆帕", "GPa": "吉帕", "mmHg": "毫米汞柱", "mol": "摩尔", "mmol": "毫摩尔", "dB": "分贝",
    "db": "分贝", "lm": "流明", "lx": "勒克斯", "px": "像素", "KB": "K", "MB": "兆", "GB": "G", "TB": "T",
    "kbps": "K", "Kbps": "K", "Mbps": "兆", "Gbps": "G", "°C": "摄氏度", "℃": "摄氏度", "°F": "华氏度", "°": "度",
}  # fmt: skip
"""Letters as physicists write them, and as people do."""

EACH = "[分秒时天日晚周月年次人位组班件个斤克吨升米平亩度套张份瓶盒箱袋只本杯股桶台辆]|小时|公[斤里]|千克|毫升|立方米"
DIVISORS = {"s²": "二次方秒", "min": "分", "h": "小时", "d": "天", "r": "转"}
UNIT = one_of(UNITS)
ENDS = r"(?![A-Za-z\d²³]|/[A-Za-z])"


def _per(numerator: str, denominator: str) -> str:
    return f"{UNITS.get(numerator, '转')}每{(UNITS | DIVISORS)[denominator]}"


RULES: tuple[Rule, ...] = (
    # 1米83, 9秒58
    (rf"(?<=\d[米秒])\d\d(?![\d.A-Za-z]|{COUNTED})", lambda match: spell(match[0])),
    # 苹果6s is no time
    (r"(?<=苹果|小米|红米|荣耀)\d+(?=[A-Za-z])", lambda match: cardinal(match[0])),
    # 5g网络 is no weight
    (r"(?<=[2-6])g(?=网|信号|手机|时代|基站|套餐|芯片|技术)", "G"),
    # 116°23', 5'30
    (r"(?<=°)(\d{1,2})'", r"\1分"),
    (r"(?<![\d.'])(\d{1,2})'([0-5]\d)(?!\d)'{0,2}", r"\1分\2秒"),
    # 气温-5℃
    (
        rf"((?:气温|温度|低温|高温)[{HAN}]{{0,4}} ?)-(?={NUMBER}(?:[-~到]+{NUMBER})? ?(?:℃|°|摄氏度|度))",
        r"\1零下",
    ),
    # 0.70%, 20-30%
    (r"(?<![\d.])\d+\.\d+(?=%)", lambda match: match[0].rstrip("0").rstrip(".")),
    (rf"(?<![\d.A-Za-z%])(-?)({NUMBER}){TO}({NUMBER})%", lambda m: f"{'负' if m[1] else ''}百分之{m[2]}到{m[3]}"),
    (rf"(?<=\d%){TO}(?=\d)", "到"),
    (rf"(?<![\d.A-Za-z%])-({NUMBER})(?=[%‰])", r"负\1"),
    (rf"(?<![\d.])({NUMBER})%", r"百分之\1"),
    (rf"(?<![\d.])({NUMBER})‰", r"千分之\1"),
    # 60km/h
    (rf"(?<![\d.A-Za-z-])({NUMBER}(?:{TO}{NUMBER})?) ?km/h{ENDS}", r"每小时\1公里"),
    # 5mg/L, 9.8m/s², 3000r/min
    (
        rf"(?<=\d) ?({UNIT}|r)/({one_of(UNITS | DIVISORS)}){ENDS}",
        lambda match: _per(match[1], match[2]),
    ),
    # 6×10^9/L
    (rf"(?<=\^\d)/({UNIT}){ENDS}", lambda match: f"每{UNITS[match[1]]}"),
    # 单位：kg/m³
    (
        rf"(?<![A-Za-z\d/])({one_of(u for u in UNITS if len(u) > 1)})/({one_of(UNITS | DIVISORS)}){ENDS}",
        lambda match: _per(match[1], match[2]),
    ),
    # 1h30min, 5m20s
    (r"(?<=\d)h ?(?=\d{1,2}m)", "小时"),
    (r"(?<=\d)m(?:in)? ?(?=\d{1,2}s(?![A-Za-z]))", "分"),
    # 100W粉丝, which is no power
    (r"(?<=\d)W(?=粉|播放|阅读|点赞|用户|人|元|块|\+)", "万"),
    # 180cm
    (
        rf"(?<![A-Za-z\d.])({NUMBER}) ?({UNIT}){ENDS}(?<![A-Za-z] \d[smg])",
        lambda match: match[1] + UNITS[match[2]],
    ),
    # 每m²
    (rf"(?<![A-Za-z\d])(?<!\d )(kg|km|{one_of(u for u in UNITS if u[-1] in '²³')}){ENDS}", lambda m: UNITS[m[1]]),
    # 3k-5k
    (rf"(?<=\d[kKwW]){TO}(?=\d)", "到"),
    # 20w
    (r"(?<=\d)w(?![A-Za-z])", "万"),
    # 120次/分, 3.5元/斤
    (rf"(?:(?<=[元块克升])|(?<=\d[万次转人个件步滴圈字帧页度])|(?<=/[人个件次台]))/(?={EACH})", "每"),
)
