"""Whether a mention is only thought of: feared, asked about in general, read about, conditional; or in doubt."""

from __future__ import annotations

from spacy.tokens import Doc

from nose_twitch.language.cues import Clauses, Cues
from nose_twitch.language.lexicon import Hit
from nose_twitch.language.questions import QuestionReader
from nose_twitch.language.word_classes import DEMONSTRATIVES, SELF, ends_sentence, word_set
from nose_twitch.medical.findings import Status

_CONDITIONS = frozenset({"if", "unless", "suppose", "supposing", "imagine"})
_ASKED = word_set("sure know tell wonder wondering see ask asking check checking certain decide idea judge")
_GENERIC = word_set("you your people someone somebody anyone everyone patients one ones")
_FUTURE = word_set("will 'll would could might may gonna become get turn of one hope eventually")
_STOPS = frozenset({"but", "however", "though", "although", "because"})
_COMPOUNDS = word_set(
    "patient patients survivor survivors ward unit nurse team victim victims clinic helpline awareness association "
    "callers caller run runs"
)
_LOOKS = frozenset({"look", "looks", "feel", "feels"})
_READ = frozenset({"read", "reading", "heard", "googled", "googling"})
_CAUSES = frozenset({"cause", "causes", "mean", "means", "signal", "signals"})
_REPORTED = frozenset({"told", "said", "says", "tells", "say", "tell"})


class HypothesisReader:
    """Reads questions, fears and conditions in one document."""

    def __init__(self, doc: Doc, cues: Cues, clauses: Clauses) -> None:
        """Keep what is needed; nothing is searched yet."""
        self._doc = doc
        self._cues = cues
        self._clauses = clauses
        self._questions = QuestionReader(doc, cues)

    def read(self, mention: Hit, start: int, end: int) -> Status | None:
        """`HYPOTHETICAL`, `UNCERTAIN`, or None for a plain statement, of a mention in the clause from `start` to `end`."""
        if self._questions.is_given(mention):
            return Status.UNCERTAIN if self._is_named_doubt(mention, start) else None
        last_real = max(
            (
                cue.start
                for cue in self._cues.of("not_hypothetical")
                if cue.start < mention.start and not self._stopped(cue.end, mention.start)
            ),
            default=-1,
        )
        asked = self._questions.asked(mention, start, end)
        if asked and (last_real < start or self._doc[last_real].norm_ in _LOOKS):
            return asked
        if self._doubted(mention, start):
            return Status.UNCERTAIN
        if self._conditional(mention, start) or self._of_people_in_general(mention, start):
            return Status.HYPOTHETICAL
        if any(
            cue.start > last_real
            for cue in self._cues.within("hypothetical", start, mention.start)
            if cue.end <= mention.start + 2 and self._holds(cue)
        ):
            return Status.HYPOTHETICAL
        if self._yet_to_come(mention, start) or self._said_in_general(mention, start, end):
            return Status.HYPOTHETICAL
        return self._from_the_clause_before(mention, start, last_real)

    # --- conditions and doubts in the clause ---

    def _is_named_doubt(self, mention: Hit, start: int) -> bool:
        return any(cue.end <= mention.start for cue in self._cues.within("uncertain_reaching", start, mention.start))

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
        words = " ".join(token.norm_ for token in self._doc[mention.end : mention.end + 12])
        return "just in case" in words or "hypothetically" in words

    def _has_condition(self, first: int, last: int) -> bool:
        return any(
            token.norm_ in _CONDITIONS
            and not self._introduces_doubt(token.i)
            and self._doc[max(token.i - 1, 0)].norm_ not in ("as", "like")
            for token in self._doc[first:last]
        )

    def _introduces_doubt(self, index: int) -> bool:
        return index > 0 and self._doc[index - 1].norm_ in _ASKED

    def _has_symptom_state(self, first: int, last: int) -> bool:
        """As in "If my arm goes weak and ..." names a state; "if I smile and ..." a test that the person makes."""
        return not any(token.norm_ == "i" for token in self._doc[first:last])

    def _doubted(self, mention: Hit, start: int) -> bool:
        if any(self._holds(cue) for cue in self._cues.within("uncertain", start, mention.end)):
            return True
        return self._reached("uncertain_reaching", mention, start) is not None and not self._future(start, mention.end)

    def _of_people_in_general(self, mention: Hit, start: int) -> bool:
        """As in "It makes you faint", "your muscles get weak", "people with weakness": nobody's symptom in particular."""
        if mention.end < len(self._doc) and self._doc[mention.end].norm_ in _COMPOUNDS:
            return True
        owners = [token for token in self._doc[start : mention.end] if token.norm_ in _GENERIC or token.norm_ in SELF]
        if not owners or owners[-1].norm_ not in ("you", "your"):
            return False
        before = [token.norm_ for token in self._doc[max(start - 3, 0) : owners[-1].i]]
        following = self._doc[owners[-1].i + 1].norm_ if owners[-1].i + 1 < len(self._doc) else ""
        told_to = following in ("know", "see", "guys", "said", "think", "?", ",", ".", "asked") or "thank" in before
        return not told_to and not any(
            word in ("like", "as", "says", "said", "thank", "ask", "tell") for word in before
        )

    def _yet_to_come(self, mention: Hit, start: int) -> bool:
        """As in "It will go numb", said of the future; "my arm will not lift" is how it is now."""
        for token in self._doc[start : mention.end]:
            if token.norm_ in ("will", "'ll", "would") and token.i != mention.start and not self._not_follows(token.i):
                return True
        return False

    def _said_in_general(self, mention: Hit, start: int, end: int) -> bool:
        """As in "Stress causes numbness", "I read weakness is a sign": a fact about the world, with nobody's own body in it."""
        if any(token.norm_ in _CAUSES for token in self._doc[start : mention.start]):
            return not any(word.norm_ in SELF or word.norm_ in DEMONSTRATIVES for word in self._doc[start:end])
        following = self._doc[mention.end].norm_ if mention.end < len(self._doc) else ""
        if following == "would" or (following in _CAUSES and not self._is_own(start, end)):
            return True
        before = [token.norm_ for token in self._doc[max(start, mention.start - 3) : mention.start]]
        return any(word in _READ for word in before) and not any(
            word in SELF or word in (",", "-", "and") for word in before[1:]
        )

    def _is_own(self, start: int, end: int) -> bool:
        """The clause has the writer's body in it; "I read that ..." has not."""
        return any(token.norm_ in ("my", "me", "mine", "myself") for token in self._doc[start:end])

    def _not_follows(self, index: int) -> bool:
        return any(token.norm_ in ("not", "never", "n't") for token in self._doc[index + 1 : index + 3])

    # --- from the clause before: "scared that ...", "I read that ...", "what if ..." ---

    def _from_the_clause_before(self, mention: Hit, start: int, last_real: int) -> Status | None:
        for kind in ("hypothetical_reaching", "worry_reaching"):
            cue = self._reached(kind, mention, start)
            if cue is None or cue.start < last_real or not self._holds(cue):
                continue
            feared = self._future(max(cue.end - 1, 0), mention.end) or self._is_dreaded(cue, mention)
            if kind == "hypothetical_reaching" or feared:
                return Status.HYPOTHETICAL
        return None

    def _reached(self, kind: str, mention: Hit, start: int) -> Hit | None:
        """The last cue of a kind before the mention, in its clause or the one before, that nothing stops on the way."""
        previous = self._clauses.before(start)
        first = previous[0] if previous else start
        reaching = [
            cue
            for cue in self._cues.within(kind, first, mention.start)
            if cue.end <= mention.start + 2 and not self._stopped(cue.end, mention.start)
        ]
        return reaching[-1] if reaching else None

    def _stopped(self, first: int, last: int) -> bool:
        """A full stop, a "but", or "and now my ..." lies between: what follows is a statement of its own."""
        tokens = self._doc[first:last]
        for token in tokens:
            if ends_sentence(token) or token.norm_ in _STOPS:
                return True
            if (
                token.norm_ in ("and", "so", "now", "plus")
                and token.i + 1 < len(self._doc)
                and self._doc[token.i + 1].norm_ in ("my", "i", "now")
            ):
                return not self._future(token.i, last)
        return False

    def _future(self, first: int, last: int) -> bool:
        tokens = self._doc[first:last]
        return any(
            token.norm_ in _FUTURE
            or (token.norm_ == "going" and self._doc[min(token.i + 1, len(self._doc) - 1)].norm_ == "to")
            for token in tokens
        )

    def _is_dreaded(self, cue: Hit, mention: Hit) -> bool:
        """As in "Worried about losing my speech", "scared of numbness": named, not told."""
        links = [token.i for token in self._doc[cue.start : mention.start] if token.norm_ in ("about", "of")]
        if not links or links[-1] + 1 >= len(self._doc):
            return False
        around = [*self._doc[links[-1] : mention.start], *self._doc[mention.end : mention.end + 3]]
        own = any(token.norm_ in SELF for token in around)
        return self._doc[links[-1] + 1].tag_ == "VBG" or (mention.start - links[-1] <= 2 and not own)

    def _holds(self, cue: Hit) -> bool:
        """A cue is void inside a stretch that tells a fact ("it feels as if", "signs of ... in me")."""
        return not self._cues.covers("not_hypothetical", cue)
