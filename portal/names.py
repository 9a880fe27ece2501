"""Company names as people type them, made comparable."""

import re
from functools import lru_cache
from itertools import chain, groupby

from anyascii import anyascii

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")  # written without spaces: each is a word


def _plain(letter: str) -> str:
    """What becomes of one letter: all others part words, but the apostrophe joins them."""
    kept = (char if char.isalnum() else " " for char in anyascii(letter) if char != "'")
    return "".join(kept).lower()


# ASCII and the Latin letters with accents at one stroke; the rest is left to anyascii
_PLAIN = {code: _plain(chr(code)) for code in range(0x250)}


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


def _sizes(forms: frozenset[tuple[str, ...]], at: int) -> dict[str, list[int]]:
    """The lengths of the forms by their outermost word, the longest first."""
    sizes: dict[str, set[int]] = {}
    for form in forms:
        sizes.setdefault(form[at], set()).add(len(form))
    return {word: sorted(found, reverse=True) for word, found in sizes.items()}


_AFTER_SIZES, _BEFORE_SIZES = _sizes(AFTER, -1), _sizes(BEFORE, 0)


def key(text: str) -> str:
    """Lower case, without accents and punctuation, words parted by one space."""
    return " ".join(_split(text))


def _split(text: str) -> list[str]:
    text = text.translate(_PLAIN)
    if not text.isascii():
        text = anyascii(_HAN.sub(r" \g<0> ", text)).translate(_PLAIN)
    return text.split()


def words(text: str) -> list[str]:
    """The words of a name; letters that stand alone are one word, so I.B.M. is ibm."""
    split = _split(text)
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
    while len(parts) > 1 and parts[-1] in _AFTER_SIZES and (size := _form_after(parts)):
        parts = parts[:-size]
        if len(parts) > 1 and parts[-1] in JOINERS:  # "Muller and Co"
            parts = parts[:-1]
    while len(parts) > 1 and parts[0] in _BEFORE_SIZES and (size := _form_before(parts)):
        parts = parts[size:]
    return " ".join(parts)


def _form_after(parts: list[str]) -> int:
    sizes = _AFTER_SIZES[parts[-1]]
    return next((n for n in sizes if n < len(parts) and tuple(parts[-n:]) in AFTER), 0)


def _form_before(parts: list[str]) -> int:
    sizes = _BEFORE_SIZES[parts[0]]
    return next((n for n in sizes if n < len(parts) and tuple(parts[:n]) in BEFORE), 0)


def _marked(split: list[str], places: tuple[str, ...]) -> str:
    return " ".join(dict.fromkeys(chain(split, *map(_place, places))))


@lru_cache(maxsize=10_000)  # a directory names few places, many times
def _place(text: str) -> list[str]:
    return [f"@{word}" for word in words(text)]
