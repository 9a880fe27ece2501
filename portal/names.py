"""Company names as people type them, made comparable."""

import re
from functools import lru_cache
from itertools import chain, groupby

from anyascii import anyascii

_NOISE = re.compile(r"[^a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")  # written without spaces: each is a word


def _forms(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(line.split()) for line in text.split(","))


# Spelled as `words` gives them: "S.r.l." is srl, "Sp. z o.o." is sp zoo.
AFTER = _forms(
    # English, and what India, Singapore and Australia add
    "ltd,limited,inc,incorporated,corp,corporation,co,company,llc,llp,lp,plc,pc,pllc,"
    "pvt,private,pte,pty,bhd,sdn,sdn bhd,berhad,opc,ulc,cic,dac,"
    # German, Dutch, Nordic, Baltic
    "gmbh,ggmbh,mbh,ag,kg,kgaa,ohg,ug,ug haftungsbeschrankt,gbr,ev,eg,ek,se,"
    "bv,nv,vof,cvba,bvba,ab,oy,oyj,as,asa,aps,is,hf,ehf,ou,sia,uab,"
    # Romance
    "sa,sarl,sas,sasu,eurl,snc,sci,scop,srl,srls,spa,sapa,ltda,limitada,ltda me,ltda epp,lda,"
    "eireli,epp,sl,slu,sau,sc,sac,saa,sab,de cv,sa de cv,sab de cv,s de rl,rl de cv,"
    "s de rl de cv,sociedad anonima,sociedade anonima,"
    # Slavic, Hungarian, Greek, Turkish
    "sp zoo,spolka zoo,sp k,sp j,doo,dd,ad,ead,ood,eood,sro,spol sro,kft,zrt,nyrt,rt,bt,"
    "ae,epe,ike,sti,ltd sti,as ve tic,ooo,oao,zao,pao,"
    # East and South-East Asia, Middle East
    "kk,gk,yk,tbk,jsc,wll,fze,fzco,fz llc,jusighoesa,ju,"
    "zhu shi hui she,you xian hui she,he tong hui she,gong si,you xian gong si,"
    "gu fen you xian gong si,you xian ze ren gong si"
)
BEFORE = _forms(
    "ab,oy,sarl,sas,eurl,sci,snc,srl,uab,sia,ou,kk,gk,pt,cv,ooo,oao,zao,pao,tov,dp,"
    "jusighoesa,ju,zhu shi hui she,you xian hui she,he tong hui she"
)
JOINERS = frozenset(["and", "und", "et", "e", "y", "i", "og", "och", "en", "ve", "di", "de"])
_AFTER_ENDS = frozenset(form[-1] for form in AFTER)
_BEFORE_STARTS = frozenset(form[0] for form in BEFORE)
_LONGEST = max(len(form) for form in AFTER | BEFORE)


def key(text: str) -> str:
    """Lower case, without accents and punctuation, words parted by one space."""
    if not text.isascii():
        text = anyascii(_HAN.sub(r" \g<0> ", text))
    return _NOISE.sub(" ", text.lower().replace("'", "")).strip()


def words(text: str) -> list[str]:
    """The words of a name; letters that stand alone are one word, so I.B.M. is ibm."""
    split = key(text).split()
    if not any(len(word) == 1 for word in split):
        return split
    found: list[str] = []
    for alone, run in groupby(split, key=lambda word: len(word) == 1):
        letters = list(run)
        found += ["".join(letters)] if alone else letters
    return found


def name_key(name: str) -> str:
    """The name without its legal forms at either end; never empty where there was a word.

    Two names with one key are the same company as far as names can tell.
    """
    return _core(words(name))


def search_key(name: str, *places: str) -> str:
    """What searches look words up in: the words of the name, then of the places with "@"."""
    return _marked(words(name), places)


def keys(name: str, *places: str) -> tuple[str, str]:
    """`name_key` and `search_key` of one name, for those who need a million of them."""
    split = words(name)
    return _core(split), _marked(split, places)


def is_form(word: str) -> bool:
    """Is this word, standing alone, a legal form or a joiner that searches may ignore?"""
    return word in JOINERS or (word,) in AFTER or (word,) in BEFORE


def _core(parts: list[str]) -> str:
    while len(parts) > 1 and parts[-1] in _AFTER_ENDS and (size := _form_after(parts)):
        parts = parts[:-size]
        if len(parts) > 1 and parts[-1] in JOINERS:  # "Muller and Co"
            parts = parts[:-1]
    while len(parts) > 1 and parts[0] in _BEFORE_STARTS and (size := _form_before(parts)):
        parts = parts[size:]
    return " ".join(parts)


def _form_after(parts: list[str]) -> int:
    sizes = range(min(_LONGEST, len(parts) - 1), 0, -1)
    return next((n for n in sizes if tuple(parts[-n:]) in AFTER), 0)


def _form_before(parts: list[str]) -> int:
    sizes = range(min(_LONGEST, len(parts) - 1), 0, -1)
    return next((n for n in sizes if tuple(parts[:n]) in BEFORE), 0)


def _marked(split: list[str], places: tuple[str, ...]) -> str:
    return " ".join(dict.fromkeys(chain(split, *map(_place, places))))


@lru_cache(maxsize=10_000)  # a directory names few places, many times
def _place(text: str) -> list[str]:
    return [f"@{word}" for word in words(text)]
