"""How a caller's own words are said."""

from api import problems
from api.answers import EntryAnswer, GlossaryAnswer, ImportAnswer
from api.glossary.entries import WORD_CHARACTERS
from api.openapi.operation import Answer, Operation, Parameter
from api.views.glossary import BLAME, EntryBody

PATH = ("/v1/glossary/{word}",)
WORD = (Parameter("word", "词语。The word; a `/` in it may be written as it is.", "行长", WORD_CHARACTERS),)
OF_A_WORD = (problems.NOT_FOUND, problems.GLOSSARY_UNAVAILABLE)
"""What begins with `/`, or has more than a line, is no address."""

ENTRY = Answer("词语和读音 The entry", {"application/json": EntryAnswer})

LEXICON = """\
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="x-pinyin" xml:lang="zh-CN">
  <lexeme><grapheme>行长</grapheme><phoneme>hang2 zhang3</phoneme></lexeme>
  <lexeme><grapheme>WHO</grapheme><alias>世卫组织</alias></lexeme>
</lexicon>
"""

OPERATIONS = (
    Operation(
        id="glossary",
        method="get",
        paths=("/v1/glossary",),
        tag="Glossary",
        summary="全部词语 All words",
        answers=(Answer("词汇表 The glossary", {"application/json": GlossaryAnswer}),),
        problems=(problems.GLOSSARY_UNAVAILABLE,),
    ),
    Operation(
        id="glossary_word",
        method="get",
        paths=PATH,
        tag="Glossary",
        summary="一个词语 One word",
        answers=(ENTRY,),
        problems=(problems.WORD_NOT_FOUND, *OF_A_WORD),
        parameters=WORD,
    ),
    Operation(
        id="glossary_put",
        method="put",
        paths=PATH,
        tag="Glossary",
        summary="加入或替换一个词语 Add or replace a word",
        body=EntryBody,
        examples={"读音 pinyin": {"pinyin": "hang2 zhang3"}, "替代 alias": {"alias": "老大"}},
        blame=BLAME,
        answers=(ENTRY,),
        problems=(problems.INVALID_WORD, problems.GLOSSARY_FULL, *OF_A_WORD),
        parameters=WORD,
    ),
    Operation(
        id="glossary_delete",
        method="delete",
        paths=PATH,
        tag="Glossary",
        summary="删除一个词语 Remove a word",
        answers=(Answer("已删除 It is gone", {}, status=204),),
        problems=(problems.WORD_NOT_FOUND, *OF_A_WORD),
        parameters=WORD,
    ),
    Operation(
        id="glossary_import",
        method="post",
        paths=("/v1/glossary/import",),
        tag="Glossary",
        summary="导入 PLS 词典 Import a lexicon of the W3C",
        description="全部导入，有错则一个也不导入。All of its words, or with an error none.",
        raw_body={"application/pls+xml": {"schema": {"type": "string"}, "example": LEXICON}},
        answers=(Answer("导入的词语数 How many words", {"application/json": ImportAnswer}),),
        problems=(
            problems.INVALID_LEXICON,
            problems.INVALID_WORD,
            problems.INVALID_READING,
            problems.GLOSSARY_FULL,
            problems.GLOSSARY_UNAVAILABLE,
        ),
    ),
)
