import pytest

from speech.kokoro.mandarin import symbols
from speech.text.syllables import syllable, toneless

TONES = "→↗↓↘"


@pytest.mark.parametrize(
    ("pinyin", "expected"),
    [
        ("ba1 po2 mi3 fu4", "pa→ pʰwo↗ mi↓ fu↘"),
        ("de5 ta1 nv3 lve4", "tɤ tʰa→ ny↓ lɥe↘"),
        ("gai1 kei2 hao3 hou4", "kai→ kʰei↗ xau↓ xou↘"),
        ("jian1 qiang2 xiao3 xie4", "ʨjɛ→n ʨʰja↗ŋ ɕjau↓ ɕje↘"),
        ("zhi1 chi2 shi3 ri4", "ꭧɨ→ ꭧʰɨ↗ ʂɨ↓ ɻɨ↘"),
        ("zi1 ci2 si3 san4", "ʦɨ→ ʦʰɨ↗ sɨ↓ sa↘n"),
        ("yi1 wu2 yu3 er4 o2 wo3", "i→ u↗ y↓ ɚ↘ ɔ↗ wo↓"),
        ("jia1 jiu2 xin3 ling4 xiong2", "ʨja→ ʨjou↗ ɕi↓n li↘ŋ ɕjʊ↗ŋ"),
        ("gua1 guai2 guan3 guang4 guo4", "kwa→ kwai↗ kwa↓n kwa↘ŋ kwo↘"),
        ("gui1 lun2 weng3 dong4 tang2", "kwei→ lwə↗n wə↓ŋ tʊ↘ŋ tʰa↗ŋ"),
        ("xuan1 yun2 hen3 leng4", "ɕɥɛ→n y↗n xə↓n lə↘ŋ"),
    ],
)
def test_symbols(pinyin: str, expected: str) -> None:
    """Syllables are written as misaki 0.9.4 writes them: initials and finals in IPA, the tone before a final nasal."""
    assert expected == " ".join(symbols(syllable(one)) for one in pinyin.split())


def test_every_syllable() -> None:
    """Each sound of Mandarin is written differently (lo is luo), with one tone unless that is neutral."""
    sounds = {syllable(f"{letters}{tone}") for letters in toneless() - {"lo"} for tone in range(1, 6)}
    written = {symbols(sound): sound for sound in sounds}
    assert len(sounds) == len(written)
    assert all((sound.tone != 5) == sum(map(text.count, TONES)) for text, sound in written.items())
