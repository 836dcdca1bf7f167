"""What the GPT is given to read: upstream's own front end beside ours, on texts that people write."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.parity.findings import Finding
from speech.indextts2.text import spoken

TEXTS = {
    "sentences": (
        "你好，世界！今天天气怎么样？",
        "我们明天去，你来吗；来的话，早点。",
        "他说话很慢、很轻、很小心。",
        "Hello! How are you? Fine; ok",
        "What's this? It's a test.",
        "打开 Bluetooth 再连接 Wi-Fi。",
        "等一下……我想想。",
        "真的吗？！",
    ),
    "quotation marks and brackets": (
        "他说：“好！”然后走了。",
        "我看了《盗梦空间》，很好看。",
        "“我爱你”的英语怎么说？",
        "（旁白）天黑了。",
        "他叫【小明】，住在[这里]。",
        "「你好」是问候。",
        'He said "good morning" to me.',
    ),
    "terms, names and readings": (
        "请问 GPT-5 和 F5-TTS 哪个好？",
        "克里斯托弗·诺兰执导的电影",
        "晕 XUAN4 是一种感觉",
        "把 CosyVoice-2 装好",
    ),
    "numbers": (
        "一共 128 元，打八折。",
        "今天是 2026 年 11 月 25 日。",
        "下午 3:30 开会。",
        "温度是 -5 度到 12.5 度。",
        "增长了 35%。",
        "价格是 $12.5。",
        "电话是 13800138000。",
        "I have 3 apples and 2.5 pears.",
    ),
}


class Everything:
    """A vocabulary in which no character is missing."""

    def __contains__(self, _piece: object) -> bool:
        return True


def readings(front: Path) -> Iterator[Finding]:
    """`front` is upstream's `indextts/utils/front.py`. Numbers are not judged: both have them from a normaliser."""
    normaliser = _normaliser(front)
    common = importlib.import_module("indextts.utils.common")
    for kind, texts in TEXTS.items():
        pairs = [
            (_plain(spoken(text, Everything())), _plain(common.tokenize_by_CJK_char(normaliser.normalize(text))))
            for text in texts
        ]
        unlike = [[text, *pair] for text, pair in zip(texts, pairs, strict=True) if pair[0] != pair[1]]
        yield {
            "part": f"text: {kind}",
            "keys": len(texts),
            "equal_keys": len(texts) - len(unlike),
            "differing": unlike,
            "judged": False,
            "same": not unlike,
        }


def _normaliser(front: Path) -> Any:
    """With wetext, as upstream has it on a Mac and on Windows: its normaliser for Linux has to be compiled."""
    spec = importlib.util.spec_from_file_location("upstream_front", front)
    assert spec  # noqa: S101 - for the type checker
    assert spec.loader  # noqa: S101 - for the type checker
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    wetext = importlib.import_module("wetext")
    found = module.TextNormalizer()
    found.zh_normalizer = wetext.Normalizer(remove_erhua=False, lang="zh", operator="tn")
    found.en_normalizer = wetext.Normalizer(lang="en", operator="tn")
    return found


def _plain(text: str) -> str:
    """Spaces beside marks are none of BPE's business."""
    return re.sub(r" ?([-,.…!?']) ?", r" \1 ", text.upper()).strip()
