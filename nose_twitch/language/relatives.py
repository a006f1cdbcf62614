"""Finds the people a message names: "my son", "mum", "the bloke at work", "an 8 year old"; and animals."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from nose_twitch.language.clauses import clause_of
from nose_twitch.language.lexicon import Hit
from nose_twitch.language.word_classes import SELF, word_set

RELATIVE_KINDS = ("child", "adult", "animal", "stranger")
_DETERMINERS = word_set("my our ma wir oor the a an his her their this that another some your one whose wee")
# These are also ways to speak to somebody ("alright mate, arm's gone numb"), so bare they name nobody.
_CALLED = word_set(
    "friends mates colleagues cousins neighbours sisters brothers parents mate bro man sis boss guy lady "
    "friend love lad girl boy kid kids ma pa baby twin student woman doctor patient client"
)
_MALE = word_set(
    "son boy grandson stepson lad nephew dad da daddy father papa pa husband hubby boyfriend bf grandpa "
    "grandad granddad grandfather gramps brother bro uncle bloke man guy fil appa abuelo opa stepdad actor"
)
_FEMALE = word_set(
    "daughter girl granddaughter stepdaughter niece mum mom mam maw mother mummy mommy mama ma wife girlfriend "
    "gf missus misses gran granny nan nana grandma grandmother sister sis aunt auntie aunty woman lady mil "
    "amma abuela oma stepmum stepmom actress"
)
_FAMILIES = tuple(
    frozenset(words.split())
    for words in (
        "wife girlfriend gf partner spouse fiancee missus misses",
        "husband hubby boyfriend bf partner spouse fiance",
        "mum mom mam mother mummy mommy mama ma amma",
        "dad daddy father papa pa appa",
        "gran granny nan nana nanny grandma grandmother abuela oma",
        "grandpa grandad granddad grandfather gramps abuelo opa",
        "friend mate bestie",
        "sister sis",
        "brother bro",
    )
)


def find_relatives(doc: Doc, hits: Sequence[Hit], starts: Sequence[int]) -> list[Hit]:
    """The hits that name a person or an animal, in the order of the text."""
    named = [hit for hit in hits if hit.key in RELATIVE_KINDS and _is_named(doc, hit, starts)]
    strangers = [hit for hit in named if hit.key == "stranger"]
    named = [
        hit
        for hit in named
        if hit.key == "stranger" or not any(other.start <= hit.start < other.end for other in strangers)
    ]
    owners = {hit.end for hit in named if hit.key in ("adult", "stranger")}
    return [_of_others(doc, hit, owners) for hit in named]


def _of_others(doc: Doc, hit: Hit, owners: set[int]) -> Hit:
    """`my neighbour's kid` is not the writer's child."""
    if (
        hit.key in ("child", "adult")
        and hit.start
        and doc[hit.start - 1].norm_ in ("'s", "s", "'")
        and hit.start - 1 in owners
    ):
        return Hit("stranger", hit.start, hit.end)
    return hit


def _is_named(doc: Doc, hit: Hit, starts: Sequence[int]) -> bool:
    start = starts[clause_of(starts, hit.start)]
    before = [token.norm_ for token in doc[max(hit.start - 3, start) : hit.start]]
    if hit.key == "child" and doc[hit.start].norm_ in _NUMBERED and not _is_numbered_child(doc, hit, before):
        return False
    if _is_self_description(doc, hit, start):
        return False
    if any(word in _DETERMINERS for word in before) or any(
        token.norm_ in _DETERMINERS for token in doc[hit.start : hit.end - 1]
    ):
        return hit.key != "animal" or _has_something(doc, hit)
    if hit.key == "stranger":
        return hit.end - hit.start > 1
    if hit.key == "animal":
        return not before and _has_something(doc, hit)
    word = doc[hit.end - 1].norm_
    return word not in _CALLED and not _is_spoken_to(doc, hit)


_NUMBERED = word_set(
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 one two three four five six seven eight nine ten eleven twelve thirteen"
)


def _is_numbered_child(doc: Doc, hit: Hit, before: list[str]) -> bool:
    """`my 8 year old` is a child; `I am 15 years old` is the writer, `a 2 year old cut` a wound."""
    if any((word in SELF and word != "my") or word in ("am", "i", "when", "was") for word in before):
        return False
    following = doc[hit.end].norm_ if hit.end < len(doc) else ""
    return following not in ("injury", "cut", "scar", "wound", "problem", "phone", "house", "car", "dog", "cat")


def _is_self_description(doc: Doc, hit: Hit, start: int) -> bool:
    """`I'm a 45 year old man`, `mum of three here`: the writer, not somebody else."""
    following = doc[hit.end : hit.end + 2]
    owned = hit.start > start and doc[hit.start - 1].norm_ in ("my", "our")
    if not owned and any(token.norm_ == "here" for token in following):
        return True
    if (
        len(following) == 2
        and following[0].norm_ == "of"
        and (following[1].pos_ == "NUM" or following[1].norm_ == "all")
    ):
        return True
    index = hit.start - 1
    while index >= start and (
        doc[index].pos_ in ("DET", "ADJ", "NUM", "ADV", "PUNCT") or doc[index].norm_ in ("year", "years", "yr", "yo")
    ):
        index -= 1
    return (index >= start and doc[index].norm_ == "as") or (
        index > start and doc[index].norm_ == "am" and doc[index - 1].norm_ == "i"
    )


def _is_spoken_to(doc: Doc, hit: Hit) -> bool:
    """`mum, my arm` speaks to her."""
    return (
        hit.end < len(doc) and doc[hit.end].norm_ == "," and hit.end + 1 < len(doc) and doc[hit.end + 1].norm_ in SELF
    )


def _has_something(doc: Doc, hit: Hit) -> bool:
    """An animal that has or does something ("my dog's leg twitches"), not one that one fell off."""
    return hit.end < len(doc) and (
        doc[hit.end].norm_ in ("'s", "has", "had", "is", "was", "keeps", "also", "with")
        or doc[hit.end].pos_ in ("VERB", "AUX")
    )


def gender_of(doc: Doc, relative: Hit) -> str | None:
    """`male`, `female`, or None where the word does not tell."""
    words = {token.norm_ for token in doc[relative.start : relative.end]}
    if words & _MALE:
        return "male"
    return "female" if words & _FEMALE else None


def same_person(doc: Doc, first: Hit, second: Hit) -> bool:
    """Whether two mentions of people may mean the same one: "my wife" and "the missus", "my kid" and "my daughter"."""
    if first.key != second.key:
        return False
    word, other = doc[first.end - 1].norm_, doc[second.end - 1].norm_
    if word == other:
        return True
    genders = {gender_of(doc, first), gender_of(doc, second)}
    if first.key == "child":
        return genders != {"male", "female"}
    return any(word in family and other in family for family in _FAMILIES)
