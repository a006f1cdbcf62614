"""Whether a mention is only thought of: feared, asked about in general, read about, conditional; or doubtful ("is my face drooping?")."""

from __future__ import annotations

from spacy.tokens import Doc

from nose_twitch.language.cues import Clauses, Cues
from nose_twitch.language.lexicon import Hit
from nose_twitch.language.word_classes import BE, DO, MODALS, SELF, ends_sentence, is_body, is_symptom_noun
from nose_twitch.medical.findings import Status

_CONDITIONS = frozenset({"if", "unless", "suppose", "supposing", "imagine"})
_ASKED = frozenset("sure know tell wonder wondering see ask asking check checking certain decide idea judge".split())
_OPENERS = frozenset("and so but also or then ok okay hi hello hey doctor doc please well um just now like , - because anyway wait sorry".split())
_QUESTION_WORDS = frozenset({"what", "how", "which", "when", "who", "where", "why"})
_HELP = frozenset({"help", "tell", "explain", "advise", "say", "please", "check", "look", "see", "think", "give", "do"})
_GENERIC = frozenset({"you", "your", "people", "someone", "somebody", "anyone", "everyone", "patients", "one", "ones"})
_FUTURE = frozenset({"will", "'ll", "would", "could", "might", "may", "going", "gonna", "become", "get", "getting", "turn", "of", "one", "hope", "eventually"})
_STOPS = frozenset({"but", "however", "though", "although", "because"})
_JUDGED = frozenset("serious bad dangerous normal emergency sign symptom symptoms signs worse safe common worrying harmful related linked linked important ok okay".split())
_EFFECTS = frozenset("cause causes make makes mean means lead trigger bring set start affect matter damage explain hurt turn happen".split())
_COMPOUNDS = frozenset("patient patients survivor survivors ward unit nurse team victim victims clinic helpline awareness association".split())
_READ = frozenset({"read", "reading", "heard", "googled", "googling"})
_CAUSES = frozenset({"cause", "causes", "mean", "means", "signal", "signals"})
_DEMONSTRATIVES = frozenset({"it", "this", "that", "these", "those"})
_REPORTED = frozenset({"told", "said", "says", "tells", "say", "tell"})
_OWNERS = frozenset({"my", "this", "these", "his", "her", "our", "their"})


class HypothesisReader:
    """Reads questions, fears and conditions in one document."""

    def __init__(self, doc: Doc, cues: Cues, clauses: Clauses) -> None:
        """Keep what is needed; nothing is searched yet."""
        self._doc = doc
        self._cues = cues
        self._clauses = clauses

    def read(self, mention: Hit, start: int, end: int) -> Status | None:
        """`HYPOTHETICAL`, `UNCERTAIN`, or None for a plain statement, of a mention in the clause from `start` to `end`."""
        if self._is_given(mention):
            return Status.UNCERTAIN if self._is_named_doubt(mention, start) else None
        last_real = max((cue.start for cue in self._cues.of("not_hypothetical") if cue.start < mention.start and not self._stopped(cue.end, mention.start)), default=-1)
        asked = self._asked(mention, start, end)
        if asked and last_real < start:
            return asked
        if self._doubted(mention, start):
            return Status.UNCERTAIN
        if self._conditional(mention, start) or self._of_people_in_general(mention, start):
            return Status.HYPOTHETICAL
        if any(cue.start > last_real for cue in self._cues.within("hypothetical", start, mention.start) if cue.end <= mention.start + 2 and self._holds(cue)):
            return Status.HYPOTHETICAL
        if self._yet_to_come(mention, start) or self._said_in_general(mention, start, end):
            return Status.HYPOTHETICAL
        return self._from_the_clause_before(mention, start, last_real)

    # --- what is taken for granted: "could coffee explain my weak arm" ---

    def _is_given(self, mention: Hit) -> bool:
        """"My weak arm", "this numbness": named as something that is there, whatever is asked about it."""
        end = mention.end
        while end < min(len(self._doc), mention.end + 2) and not self._doc[end - 1].is_punct and (is_body(self._doc[end]) or is_symptom_noun(self._doc[end])):
            end += 1  # the phrase was "numb", the person said "my numb lip"
        words = self._doc[mention.start : end]
        first, last = words[0], words[-1]
        if first.norm_ in ("my", "this") and len(words) > 1:
            first = words[1]
        if any(token.pos_ == "AUX" or token.norm_ in ("not", "will") for token in words):
            return False
        named = is_symptom_noun(last) or is_body(last) and not is_body(first) and first.pos_ in ("ADJ", "VERB", "NOUN") and first.tag_ not in ("VB", "VBG")
        if not named or is_body(first) and (not is_symptom_noun(last) or last.norm_.endswith("ing")):
            return False
        before = [token.norm_ for token in self._doc[max(mention.start - 3, 0) : mention.start]]
        for word in reversed(before):
            if word in _OWNERS:
                return True
            if word not in ("sudden", "new", "weird", "bad", "own", "left", "right", "recent", "strange", "slight", "constant", "whole"):
                break
        after = [token.norm_ for token in self._doc[end : end + 2]]
        return is_symptom_noun(last) and before[-1:] in (["the"], ["this"]) and len(after) == 2 and after[0] in ("in", "of", "on") and after[1] == "my"

    def _is_named_doubt(self, mention: Hit, start: int) -> bool:
        return any(cue.end <= mention.start for cue in self._cues.within("uncertain_reaching", start, mention.start))

    # --- questions ---

    def _asked(self, mention: Hit, start: int, end: int) -> Status | None:
        """What kind of question the clause is, by the words that open it."""
        position = start
        while position < mention.start and self._doc[position].norm_ in _OPENERS:
            position += 1
        first = position + 1
        if position > mention.start or first >= len(self._doc):
            return None
        opener = self._doc[position].norm_
        if opener in _QUESTION_WORDS and self._doc[first].norm_ in (BE | DO | MODALS) and first + 1 < len(self._doc):
            if opener == "why":
                return None  # asks for the reason of what is there
            opener, first = self._doc[first].norm_, first + 1
        if opener == "am" and self._doc[first].norm_ == "i":
            at_risk = any(True for _ in self._cues.within("hypothetical", first, mention.start))
            return Status.HYPOTHETICAL if at_risk else Status.UNCERTAIN
        judged = any(token.norm_ in _JUDGED for token in self._doc[mention.start : end])
        if opener in ("is", "are", "was") and (self._is_subject(first) or judged):
            return self._asked_with_be(mention, first, end)
        if opener == "did" and self._doc[first].pos_ != "PRON":
            return None
        if (opener in MODALS or opener in DO) and (self._is_subject(first) or self._has_cause(first, end)):
            return self._asked_with_modal(mention, self._doc[first].norm_, first + 1)
        return None

    def _has_cause(self, first: int, end: int) -> bool:
        """"Could weed cause this": the verb of a question about causes, whatever the tagger made of its subject."""
        if self._doc[first].norm_ in ("not", "barely", "hardly", "only", "just", "be", "have", "scarcely"):
            return False
        return any(token.norm_ in _EFFECTS for token in self._doc[first + 1 : end])

    def _is_subject(self, index: int) -> bool:
        """What can be asked about; not the verb or quality of a statement told without its subject ("is numb since morning")."""
        token = self._doc[index]
        if token.pos_ in ("NOUN", "PROPN", "PRON", "DET") or token.norm_ in _OWNERS | _DEMONSTRATIVES:
            return token.norm_ not in ("no", "not")
        if is_symptom_noun(token) or token.tag_ == "VBG" and self._doc[index - 1].norm_ in MODALS | DO:
            return True
        following = self._doc[index + 1 : index + 3]
        return token.pos_ in ("ADJ", "VERB") and bool(following) and following[0].pos_ in ("NOUN", "PROPN") and token.tag_ not in ("VB", "VBN", "VBD")

    def _asked_with_be(self, mention: Hit, first: int, end: int) -> Status | None:
        subject = self._doc[first].norm_
        if subject in ("my", "our"):  # "is my face drooping" asks whether; "is my droopy face serious" was given already
            return Status.UNCERTAIN if mention.end >= end - 2 else None
        if subject in ("he", "she", "his", "her"):
            return Status.UNCERTAIN
        if subject in _DEMONSTRATIVES or subject == "there":
            between = [token.norm_ for token in self._doc[first + 1 : mention.start]]
            if any(word in SELF for word in between):
                return None
            return Status.UNCERTAIN if len(between) <= 2 else Status.HYPOTHETICAL
        return None if any(token.norm_ in SELF for token in self._doc[first:end]) else Status.HYPOTHETICAL

    def _asked_with_modal(self, mention: Hit, subject: str, after: int) -> Status | None:
        rest = [token.norm_ for token in self._doc[after : mention.start]]
        if subject == "not":
            return None
        if subject == "i" and ("have" in rest[:2] or "having" in rest):
            return Status.UNCERTAIN
        if subject in ("you", "someone", "somebody", "anyone") and rest[:1] and rest[0] in _HELP:
            return Status.HYPOTHETICAL if "about" in rest or "what" in rest else None
        return Status.HYPOTHETICAL

    # --- conditions and doubts in the clause ---

    def _conditional(self, mention: Hit, start: int) -> bool:
        if self._has_condition(start, mention.start) or self._is_just_in_case(mention):
            return True
        previous = self._clauses.before(start)
        if previous is None or not self._has_condition(*previous):
            return False
        if self._doc[start].norm_ in ("or", "and"):
            return self._has_symptom_state(*previous)
        return any(token.norm_ in _REPORTED for token in self._doc[previous[0] : previous[1]])

    def _is_just_in_case(self, mention: Hit) -> bool:
        """Said afterwards: "..., asking just in case"."""
        words = [token.norm_ for token in self._doc[mention.end : mention.end + 12]]
        return ("just", "in", "case") in zip(words, words[1:], words[2:]) or "hypothetically" in words

    def _has_condition(self, first: int, last: int) -> bool:
        return any(
            token.norm_ in _CONDITIONS and not self._introduces_doubt(token.i) and self._doc[max(token.i - 1, 0)].norm_ not in ("as", "like")
            for token in self._doc[first:last]
        )

    def _introduces_doubt(self, index: int) -> bool:
        return index > 0 and self._doc[index - 1].norm_ in _ASKED

    def _has_symptom_state(self, first: int, last: int) -> bool:
        """"If my arm goes weak and ..." names a state; "if I smile and ..." a test that the person makes."""
        return not any(token.norm_ == "i" for token in self._doc[first:last])

    def _doubted(self, mention: Hit, start: int) -> bool:
        if any(self._holds(cue) for cue in self._cues.within("uncertain", start, mention.end)):
            return True
        return self._reached("uncertain_reaching", mention, start) is not None and not self._future(start, mention.end)

    def _of_people_in_general(self, mention: Hit, start: int) -> bool:
        """"It makes you faint", "your muscles get weak", "people with weakness": nobody's symptom in particular."""
        if mention.end < len(self._doc) and self._doc[mention.end].norm_ in _COMPOUNDS:
            return True
        owners = [token for token in self._doc[start : mention.end] if token.norm_ in _GENERIC or token.norm_ in SELF]
        if not owners or owners[-1].norm_ not in ("you", "your"):
            return False
        before = [token.norm_ for token in self._doc[max(start - 3, 0) : owners[-1].i]]
        following = self._doc[owners[-1].i + 1].norm_ if owners[-1].i + 1 < len(self._doc) else ""
        told_to = following in ("know", "see", "guys", "said", "think", "?", ",", ".", "asked") or "thank" in before
        return not told_to and not any(word in ("like", "as", "says", "said", "thank", "ask", "tell") for word in before)

    def _yet_to_come(self, mention: Hit, start: int) -> bool:
        """"It will go numb", said of the future; "my arm will not lift" is how it is now."""
        for token in self._doc[start : mention.end]:
            if token.norm_ in ("will", "'ll", "would") and token.i + 1 < len(self._doc):
                if token.i > mention.start and self._doc[token.i + 1].norm_ != "not" or token.i + 1 < mention.start and not self._not_follows(token.i):
                    return True
        return False

    def _said_in_general(self, mention: Hit, start: int, end: int) -> bool:
        """"Stress causes numbness", "I read weakness is a sign": a fact about the world, with nobody's own body in it."""
        if any(token.norm_ in _CAUSES for token in self._doc[start : mention.start]):
            return not any(word.norm_ in SELF or word.norm_ in _DEMONSTRATIVES for word in self._doc[start:end])
        before = [token.norm_ for token in self._doc[max(start, mention.start - 3) : mention.start]]
        return any(word in _READ for word in before) and not any(word in SELF or word in (",", "-", "and") for word in before[1:])

    def _not_follows(self, index: int) -> bool:
        return any(token.norm_ in ("not", "never", "n't") for token in self._doc[index + 1 : index + 3])

    # --- from the clause before: "scared that ...", "I read that ...", "what if ..." ---

    def _from_the_clause_before(self, mention: Hit, start: int, last_real: int) -> Status | None:
        for kind in ("hypothetical_reaching", "worry_reaching"):
            cue = self._reached(kind, mention, start)
            if cue is None or cue.start < last_real or not self._holds(cue):
                continue
            if kind == "hypothetical_reaching" or self._future(max(cue.end - 1, 0), mention.end):
                return Status.HYPOTHETICAL
        return None

    def _reached(self, kind: str, mention: Hit, start: int) -> Hit | None:
        """The last cue of a kind before the mention, in its clause or the one before, that nothing stops on the way."""
        previous = self._clauses.before(start)
        first = previous[0] if previous else start
        reaching = [cue for cue in self._cues.within(kind, first, mention.start) if cue.end <= mention.start + 2 and not self._stopped(cue.end, mention.start)]
        return reaching[-1] if reaching else None

    def _stopped(self, first: int, last: int) -> bool:
        """A full stop, a "but", or "and now my ..." lies between: what follows is a statement of its own."""
        tokens = self._doc[first:last]
        for token in tokens:
            if ends_sentence(token) or token.norm_ in _STOPS:
                return True
            if token.norm_ in ("and", "so", "now", "plus") and token.i + 1 < len(self._doc) and self._doc[token.i + 1].norm_ in ("my", "i", "now"):
                return not self._future(token.i, last)
        return False

    def _future(self, first: int, last: int) -> bool:
        return any(token.norm_ in _FUTURE for token in self._doc[first:last])

    def _holds(self, cue: Hit) -> bool:
        """A cue is void inside a stretch that tells a fact ("it feels as if", "signs of ... in me")."""
        return not self._cues.covers("not_hypothetical", cue)
