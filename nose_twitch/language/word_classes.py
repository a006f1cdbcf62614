"""Small closed sets of words that tell how a sentence hangs together; what symptoms are called stands in the lexicon."""

from __future__ import annotations

from spacy.tokens import Token


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


BODY = word_set(
    "arm arms hand hands finger fingers thumb thumbs wrist wrists grip fist leg legs knee knees foot feet "
    "ankle ankles toe toes thigh thighs calf hip hips shoulder shoulders elbow limb limbs face facial cheek "
    "cheeks lip lips mouth jaw eyelid eyelids eyebrow brow forehead smile chin tongue throat neck chest head "
    "skull brain muscle muscles side half body eye eyes ear ears speech voice words vision sight eyesight "
    "balance breath breathing memory nose nostril nostrils skin back heart lungs strength power feeling "
    "sensation swallowing walking"
)
MODALS = frozenset({"can", "could", "will", "would", "may", "might", "shall", "should", "must"})
BE = frozenset({"is", "are", "am", "was", "were", "'s"})
DO = frozenset({"do", "does", "did"})
HAVE = frozenset({"has", "have", "had"})
# Words that make a stretch a statement of its own ("arm IS weak"), so that a "no" before it in a list does not reach it.
PREDICATES = (
    BE
    | HAVE
    | MODALS
    | DO
    | word_set(
        "feels feel felt goes went gone keeps kept gets got looks looked started began became becomes seems hurts "
        "wo ca cannot"
    )
)
DEMONSTRATIVES = frozenset({"it", "this", "that", "these", "those"})
SELF = frozenset({"i", "my", "me", "mine", "myself"})
POINTERS = word_set("my our his her their your the this that i he she we you it")
SENTENCE_END = frozenset(".!?;")
LIST_MARKS = frozenset({",", "and", "or", "nor", "/", "&", "-", "plus"})
NEGATIVES = frozenset({"not", "never", "no", "without"})
_LIGHT_POS = frozenset({"ADJ", "ADV", "DET", "PRON", "AUX", "PART", "ADP", "NUM", "INTJ", "SCONJ"})
_LIGHT = word_set(
    "have has had having feel feels feeling felt get gets getting got go going gone become becoming notice "
    "noticed noticing experience experienced experiencing suffer suffered suffering seem look looking looks "
    "seen see been be being show shows showing start started begin call say describe develop developed sign "
    "signs hint trace evidence history episode episodes problem problems issue issues trouble difficulty "
    "difficulties symptom symptoms sort kind type form bit feeling sense loss attack attacks family medical "
    "past actual real sudden change changes life other red flag flags true major serious obvious visible "
    "apparent kind hard thinking think planning considering wanting want wants trying at in on one hardly "
    "sided one-sided today yesterday lately week day left right"
)
_SYMPTOM_NOUNS = word_set(
    "seizure seizures fit fits blackout blackouts headache headaches droop drooping droopiness swelling "
    "tingling pain pains paralysis confusion slur slurring speech vision fainting vertigo palsy convulsions "
    "convulsion stroke lockjaw concussion breathlessness strength feeling"
)


def is_body(token: Token) -> bool:
    """A part of the body, or what it does (speech, sight, balance)."""
    return token.norm_ in BODY


def is_symptom_noun(token: Token) -> bool:
    """The name of a symptom: weakness, numbness, seizures."""
    return token.norm_.endswith("ness") or token.norm_ in _SYMPTOM_NOUNS


def is_light(token: Token) -> bool:
    """May stand between a "no" and what it denies; any other verb or noun is denied instead ("not sleeping, arm weak")."""
    return token.norm_ in _LIGHT or token.pos_ in _LIGHT_POS or token.norm_ in BODY or is_symptom_noun(token)


def is_symptom_quality(token: Token) -> bool:
    """A word for how something is ("weak", "slurred", "drooping"), not a part of the body."""
    return token.pos_ in ("ADJ", "VERB", "ADV") or token.norm_.endswith(("ed", "ing", "y"))


def ends_sentence(token: Token) -> bool:
    """A full stop and its like."""
    return token.text[0] in SENTENCE_END
