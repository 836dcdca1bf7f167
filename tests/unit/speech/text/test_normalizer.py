import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.text import normalize, normalize_english
from speech.text.characters import is_han

ORDERED = "天名位条页回季集代层本周人家只件辆首课场段次章节届期步号年月种个"


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("会议在2026-11-23举行", "会议在二零二六年十一月二十三日举行"),
        ("2026/11/23", "二零二六年十一月二十三日"),
        ("2026.11.23", "二零二六年十一月二十三日"),
        ("2026年11月23日", "二零二六年十一月二十三日"),
        ("11月23日", "十一月二十三日"),
        ("2026年2月2日", "二零二六年二月二日"),
        ("2026-11", "二零二六年十一月"),
        ("2026/1", "二零二六年一月"),
        ("二〇二六年", "二零二六年"),
        ("2023-2024年", "二零二三到二零二四年"),
        ("2026-11-23T10:30", "二零二六年十一月二十三日 十点三十分"),
        ("10:30", "十点三十分"),
        ("10：00", "十点"),
        ("8:05", "八点零五分"),
        ("0:05", "零点零五分"),
        ("23:59:59", "二十三点五十九分五十九秒"),
        ("1:05:20", "一点零五分二十秒"),
        ("10:00-11:30", "十点到十一点三十分"),
        ("下午3:30", "下午三点三十分"),
        ("比分3:2", "比分三比二"),
    ],
)
def test_dates_and_times(written: str, spoken: str) -> None:
    """Dates and times are read whatever separates their parts."""
    assert spoken == normalize(written)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("¥12.5", "十二点五元"),
        ("¥12.50", "十二点五元"),
        ("$12.5", "十二点五美元"),
        ("花了$11.11", "花了十一点一一美元"),
        ("12.5港元", "十二点五港元"),
        ("¥1,299.00", "一千二百九十九元"),
        ("¥100元", "一百元"),
        ("¥0.05", "零点零五元"),
        ("￥3,500", "三千五百元"),
        ("¥100万", "一百万元"),
        ("$5", "五美元"),
        ("$1,234.56", "一千二百三十四点五六美元"),
        ("12.50元", "十二点五元"),
        ("12345678元", "一千二百三十四万五千六百七十八元"),
        ("10%", "百分之十"),
        ("5 %", "百分之五"),
        ("-5%", "负百分之五"),
        ("10%~20%", "百分之十到百分之二十"),
        ("3.5kg", "三点五千克"),
        ("60km/h", "每小时六十公里"),
        ("-5℃", "负五摄氏度"),
        ("37.5°C", "三十七点五摄氏度"),
        ("-10~5℃", "负十到五摄氏度"),
        ("500MB", "五百兆"),
        ("16 GB", "十六G"),
        ("5km²", "五平方公里"),
        ("100m²", "一百平方米"),
        ("60Hz", "六十赫兹"),
        ("120次/分", "一百二十次每分"),
        ("2个人", "两个人"),
        ("共 3 个", "共三个"),
    ],
)
def test_money_and_measures(written: str, spoken: str) -> None:
    """An amount is read with its unit, in the order it is said."""
    assert spoken == normalize(written)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("−5", "负五"),
        ("3.14", "三点一四"),
        ("1,234,567", "一百二十三万四千五百六十七"),
        ("1/2", "二分之一"),
        ("3½", "三又二分之一"),
        ("3-5天", "三到五天"),
        ("1~2天", "一到两天"),
        ("50-60", "五十到六十"),
        ("第1-3章", "第一到三章"),
        ("5-3=2", "五减三等于二"),
        ("3*5", "三乘五"),
        ("第1名", "第一名"),
        *((f"第2{word}", f"第二{word}") for word in ORDERED),
        ("第 2 天", "第二天"),
        ("第2-3天", "第二到三天"),
        ("第2.5节", "第二点五节"),
        ("第22天", "第二十二天"),
        ("2天", "两天"),
        ("2线城市", "二线城市"),
        ("No.1", "第一"),
        ("№2", "第二"),
        ("他是 NO. 12", "他是第十二"),
        ("95后和2003后", "九五后和二零零三后"),
        ("80后", "八零后"),
        ("65后面", "六十五后面"),
        ("3 000元", "三千元"),
        ("12 000 000", "一千二百万"),
        ("1 2 3", "一 二 三"),
        ("CO₂和H₂O", "CO二和H二O"),
        ("单位：㎏", "单位：千克"),
        ("5㎏", "五千克"),
        ("第Ⅳ章", "第四章"),
        ("①苹果②香蕉", "、一、苹果、二、香蕉"),
        ("1.苹果", "一、苹果"),
        ("v8.0", "v八点零"),
        ("1.2.10", "一点二点十"),
        ("192.168.1.1", "一九二点一六八点一点一"),
        ("GPT-4", "GPT 四"),
        ("１２３ＡＢＣ", "一百二十三ABC"),
    ],
)
def test_numbers(written: str, spoken: str) -> None:
    """Numbers, ranges, sums and versions are told from each other."""
    assert spoken == normalize(written)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("13812345678", "幺三八、幺二三四、五六七八"),
        ("+86 138-1234-5678", "八六、幺三八、幺二三四、五六七八"),
        ("010-12345678", "零幺零、幺二三四、五六七八"),
        ("400-123-4567", "四零零、幺二三、四五六七"),
        ("110101199003071234", "幺幺零幺零幺幺九九零零三零七幺二三四"),
        ("验证码 482913", "验证码四八二九幺三"),
        ("房间号1203", "房间号幺二零三"),
        ("拨打120", "拨打幺二零"),
        ("ISO9001认证", "ISO 九零零幺认证"),
        ("No.10086", "No 幺零零八六"),
    ],
)
def test_codes_are_spelled(written: str, spoken: str) -> None:
    """A number that names something is read digit by digit."""
    assert spoken == normalize(written)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("臺灣的後面", "台湾的后面"),
        ("你好😀世界", "你好 世界"),
        ("你好👨‍👩‍👧", "你好"),
        ("你\u200b好\ufeff", "你好"),
        ("你\x00好", "你 好"),
        ("こんにちは 안녕 你好", "你好"),
        ("<b>粗体</b>**强调**", "粗体 强调"),
        ("他说：“好的。”", "他说：好的。"),
        ("第一行\n第二行", "第一行。第二行"),
        ("等等...好吧……", "等等…好吧…"),
        ("你--我", "你—我"),
        ("(好)", "、好、"),
        ("Wi-Fi", "Wi Fi"),
        ("café don't 'hi'", "cafe don't hi"),
        ("U.S.A.", "U S A"),
        ("https://www.example.com", "example点com"),
        ("user@example.com", "user 艾特 example点com"),
        ("", ""),
        ("😀", ""),
        ('{"a": "\\', "、a："),
    ],
)
def test_characters(written: str, spoken: str) -> None:
    """What cannot be spoken goes without gluing its neighbours; the rest takes one form."""
    assert spoken == normalize(written)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("See you at 8:00 AM", "See you at eight AM"),
        ("2.5% off, only $12.5", "two point five percent off， only twelve point five dollars"),
        ("Dr. Smith was born on May 3, 1998", "doctor Smith was born on May three， nineteen ninety eight"),
        ("the M.2 and GPT-5", "the M dot two and GPT five"),
        ("3 apples; 5 pears!\n", "three apples；five pears！。"),
        ("don't 'quote' me", "don't quote me"),
        ("1,000 dogs for $1000.", "one thousand dogs for one thousand dollars。"),
        ("No. 1 of the 1990s", "number one of the nineteen nineties"),
        ("v2.0.1 at www.example.com", "v two point zero point one at example dot com"),
        ("x² + y³, 100 m²", "x squared plus y cubed， one hundred square meters"),
        ("call 911", "call nine one one"),
        ("10+ apples", "十加 apples"),
        ("", ""),
    ],
)
def test_english(written: str, spoken: str) -> None:
    """English is read in English words, in the same small alphabet; what has none in Chinese ones."""
    assert spoken == normalize_english(written)


SPEAKABLE = set(string.ascii_letters + "' 、，；：—…。！？")


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(alphabet="0123456789.,:/-+%¥年月日点元个 'ab\"\\{}²", max_size=40)))
def test_any_text(written: str) -> None:
    """Whatever is written, only Chinese characters, Latin letters and known punctuation come out."""
    for spoken in (normalize(written), normalize_english(written)):
        assert {character for character in spoken if not is_han(character)} <= SPEAKABLE


def test_long_text_takes_linear_time() -> None:
    """Five thousand characters of numbers, with no punctuation to cut them at, take a moment of the processor."""
    start = time.process_time()
    normalize("9-1.2/3:4" * 555)
    assert time.process_time() - start < 5
