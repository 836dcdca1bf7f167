"""A foreign word said with Mandarin syllables, in the manner of 新闻 names: Kubernetes → ku bei ne ti si."""

import re

# What follows an initial sound: a e i o u, the same with a nasal, and alone.
TABLE = """
-   a    ei   yi   ou   wu    an   en   yin   ang   wen    -
b   ba   bei  bi   bo   bu    ban  ben  bin   bang  ben    bu
p   pa   pei  pi   po   pu    pan  pen  pin   peng  pen    pu
m   ma   mei  mi   mo   mu    man  men  min   meng  men    mu
f   fa   fei  fei  fo   fu    fan  fen  fen   feng  fen    fu
v   wa   wei  wei  wo   fu    wan  wen  wen   wang  wen    fu
w   wa   wei  wei  wo   wu    wan  wen  wen   wang  wen    -
d   da   de   di   dou  du    dan  deng ding  dong  dun    de
t   ta   te   ti   tou  tu    tan  teng ting  tong  tun    te
n   na   nei  ni   nuo  nu    nan  nen  nin   nong  nong   en
l   la   lei  li   luo  lu    lan  lun  lin   long  lun    er
r   la   rui  rui  luo  ru    ran  ren  lin   long  run    er
g   ga   ge   ji   gou  gu    gan  gen  jin   gong  gun    ge
k   ka   kei  ji   kou  ku    kan  ken  jin   kong  kun    ke
h   ha   hei  xi   hou  hu    han  hen  xin   hong  hun    -
j   jia  jie  ji   qiao zhu   zhan zhen jin   zhong zhun   zhi
s   sa   sai  xi   sou  su    san  sen  xin   song  sun    si
z   za   zei  zi   zou  zu    zan  zen  zeng  zong  zun    zi
sh  sha  shei shi  shou shu   shan shen shen  shang shun   shi
ch  cha  che  qi   chou chu   chan chen qin   chong chun   qi
y   ya   ye   yi   you  you   yan  yan  yin   yong  yun    -
"""
ROWS = {onset: cells for onset, *cells in map(str.split, TABLE.strip().splitlines())}

# English spelling to sounds of TABLE, in this order.
SPELLINGS = """
([^aeiouy])\\1         \\1
ph                     f
tch|tu(?=re)           ch
ck|qu?                 k
wh                     w
kn                     n
wr                     r
[st]ion$               shen
dg?e$|ge$              j
gh                     -
th                     s
x                      ks
c(?=[eiy])             s
c(?!h)                 k
(?<=[aeiou][^aeiou])e$ -
(?<=[^aeiouy])y|ie|ee|ea  i
oo|ou|ew|ue            u
a[iy]|ei|ey            e
o[aw]|a[uw]            o
(?<=[aeiou])r(?![aeiou]) -
"""
RULES = [(re.compile(spelling), sound.strip("-")) for spelling, sound in map(str.split, SPELLINGS.strip().splitlines())]

SOUND = re.compile("(sh|ch|[bpmfvwdtnlrgkhjszy])?([aeiou])([nm]g?(?![aeiou]))?|(sh|ch|[bpmfvdtnlrgkjsz])")


def transliterate(word: str) -> list[str]:
    """Syllables of pinyin with tones for a word of small letters: level, and falling at the end."""
    for spelling, sound in RULES:
        word = spelling.sub(sound, word)
    syllables = [syllable for match in SOUND.finditer(word) if (syllable := _syllable(match)) != "-"]
    return [f"{syllable}1" for syllable in syllables[:-1]] + [f"{syllable}4" for syllable in syllables[-1:]]


def _syllable(match: re.Match[str]) -> str:
    onset, vowel, nasal, alone = match.groups()
    if alone:
        return ROWS[alone][-1]
    return ROWS[onset or "-"]["aeiou".index(vowel) + (5 if nasal else 0)]
