"""Whose nose it is, and to whom a symptom in the text belongs."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Token

from nose_twitch.language.clauses import clause_of
from nose_twitch.language.lexicon import Hit, Lexicon
from nose_twitch.language.relatives import RELATIVE_KINDS, find_relatives, gender_of, same_person
from nose_twitch.language.word_classes import SELF, ends_sentence, is_body, is_symptom_noun, word_set
from nose_twitch.medical.case import Subject
from nose_twitch.medical.knowledge import load_knowledge

_GENDER = {"he": "male", "his": "male", "him": "male", "she": "female", "her": "female", "hers": "female"}
_PLURAL = frozenset({"they", "their", "them"})
_NOSE = word_set("nose noses nostril nostrils nosetip nasal snout conk hooter schnoz septum")
# What a parent tells of a child beside the red flags, when the child is whom they ask for.
_CHILD_SIGNS = word_set(
    "headache pain fatigue fever other_symptom tic_urge suppressible dystonia eye_twitch other_jerks eyes_shut "
    "cramps stiffness tremor dizziness medication persistence worsening more_frequent spreads_face "
    "head_injury_sign"
)
_OTHERS_CHILDREN = frozenset({"nephew", "niece", "godson", "goddaughter"})
_LONGEST = 60  # words that an owner reaches over at most
_GOES_ON = frozenset({"it", "that", "this", "when", "which", "who"})
_REPORTS = word_set(
    "say tell think diagnose confirm suspect reckon call mean guess show notice happen come start begin"
)
_MIND = word_set(
    "head brain mind memory thoughts thinking words speech sentences doctor gp nurse paramedic ambulance nose"
)
_PAST = word_set("had was were did used died began started got before ago twitched")


class People:
    """Who is meant at each place of a message."""

    def __init__(self, doc: Doc, lexicon: Lexicon, starts: Sequence[int], known: Subject, noses: Sequence[Hit]) -> None:
        """Find the people of the message.

        Args:
            doc: the parsed message.
            lexicon: words for people.
            starts: where clauses begin.
            known: for whom the talk has been so far.
            noses: where the message speaks of the nose or its twitch.
        """
        self._doc = doc
        self._starts = starts
        self._hits = lexicon.people.find(doc)
        self._relatives = find_relatives(doc, self._hits, starts)
        self.names_somebody = any(hit.key != "animal" for hit in self._relatives)
        self._selves = self._self_tokens()
        self._cues = lexicon.cues.find(doc)
        self._reporters = [cue for cue in self._cues if cue.key == "reporting"]
        self.corrects = any(cue.key == "correction" for cue in self._cues)
        self.asked_for = [hit for hit in self._hits if hit.key == "for_someone"]
        self.subject = known
        self._named: Hit | None = None  # the relative that this message is about
        told = self._told_subject(noses, known) or self._asked_for_in_need(lexicon, known)
        self.subject_was_told = told is not None
        self.subject = told or known

    # --- to whom a symptom belongs ---

    def is_subject(self, index: int, end: int | None = None) -> bool:
        """Whether a symptom that stands at a token belongs to the person whose nose it is about."""
        owner = self._owner(index, end)
        if owner is None:
            return True
        if self.subject is Subject.SELF:
            return owner == "self"
        if owner == "self":
            return False
        return owner == "pronoun" or (isinstance(owner, Hit) and self._is_the_subject(owner))

    def is_of_something_unnamed(self, mention: Hit) -> bool:
        """The sentence is about someone or something that no list names: "my co-driver had a stroke", "the team collapsed"."""
        token = self._doc[mention.end - 1]
        while token.head.i != token.i:
            token = token.head
            subjects = [child for child in token.children if child.dep_ in ("nsubj", "nsubjpass")]
            if subjects:
                return token.lemma_ not in _REPORTS and all(self._is_unnamed(each, mention) for each in subjects)
        return False

    def _is_unnamed(self, subject: Token, mention: Hit) -> bool:
        within = mention.start <= subject.i < mention.end
        named = any(hit.start <= subject.i < hit.end for hit in self._hits)
        own = any(token.norm_ in SELF for token in self._doc[subject.i : mention.start])
        body = is_body(subject) or subject.norm_ in _MIND or is_symptom_noun(subject)
        return subject.pos_ in ("NOUN", "PROPN") and not (within or named or own or body)

    def _is_the_subject(self, relative: Hit) -> bool:
        if self._named is not None:
            return same_person(self._doc, self._named, relative)
        if relative.key in ("animal", "stranger"):
            return False
        return self._kind(relative) is self.subject

    def _owner(self, index: int, end: int | None = None) -> Hit | str | None:
        """`self`, `pronoun` (a he or she that nobody was named for), a relative, or None where nobody is named."""
        number = clause_of(self._starts, max((end or index + 1) - 1, index))
        start = self._starts[number]
        owner = self._owner_within(max(start, index - _LONGEST), end or index, index)
        for _ in range(2):
            if owner is not None or not number:
                break
            goes_on = any(token.norm_ in _GOES_ON for token in self._doc[start : start + 2])
            number -= 1
            last, start = start, self._starts[number]
            if any(ends_sentence(token) for token in self._doc[max(start, last - _LONGEST) : last]):
                break
            owner = self._owner_within(max(start, last - _LONGEST), last, last)
            if owner == "self" or self._is_mere_reporter(owner, last):
                return None
            if not goes_on:
                break
        return owner

    def _is_mere_reporter(self, owner: Hit | str | None, end: int) -> bool:
        """An adult who says something without "he" or "she" in it speaks of the writer: "hubby says speech is slurred"."""
        return isinstance(owner, Hit) and owner.key == "adult" and self._reports(owner, end)

    def _owner_within(self, start: int, end: int, mention: int) -> Hit | str | None:
        relatives = [
            hit
            for hit in self._relatives
            if start <= hit.start < end
            and not self._is_mere_reporter(hit, end)
            and (hit.start <= mention + 1 or self._possesses(hit))
        ]
        pronouns = [
            token.i
            for token in self._doc[start:end]
            if token.norm_ in _GENDER or (token.norm_ in _PLURAL and self._is_person_plural(token.i))
        ]
        selves = [index for index in self._selves if start <= index < end]
        candidates: list[tuple[int, Hit | str]] = [(hit.start, hit) for hit in relatives[-1:]]
        candidates += [(index, "pronoun") for index in pronouns[-1:]] + [(index, "self") for index in selves[-1:]]
        if not candidates:
            return None
        position, owner = max(candidates, key=lambda candidate: candidate[0])
        return self._antecedent(position) if owner == "pronoun" else owner

    def _possesses(self, relative: Hit) -> bool:
        return relative.end < len(self._doc) and self._doc[relative.end].norm_ in ("'s", "'")

    def _antecedent(self, index: int) -> Hit | str:
        """The person named before a pronoun (or after it: "he staggers, my husband"); `pronoun` where nobody was named."""
        gender = _GENDER.get(self._doc[index].norm_)
        fitting = [
            hit
            for hit in self._relatives
            if hit.key != "animal" and (gender is None or gender_of(self._doc, hit) in (gender, None))
        ]
        before = [hit for hit in fitting if hit.start < index]
        if before:
            return before[-1]
        return fitting[0] if fitting else "pronoun"

    def _is_person_plural(self, index: int) -> bool:
        """As in "They" for a person who was named; not the doctors, nor the legs, nor the "dey" of Pidgin."""
        return self.subject is not Subject.SELF or any(hit.start < index for hit in self._relatives)

    def _reports(self, relative: Hit, end: int) -> bool:
        """`my wife says my face droops`: the wife tells, the symptom is the writer's."""
        return any(relative.end <= cue.start <= relative.end + 2 and cue.start < end for cue in self._reporters)

    def _self_tokens(self) -> list[int]:
        """Where the writer stands as an owner; not in "my son", "at my work" or "I'm with her"."""
        spared = {
            index
            for hit in self._hits
            if hit.key in ("not_self", "at_the_side", "needs_help")
            for index in range(hit.start, hit.end)
        }
        return [
            token.i
            for token in self._doc
            if token.norm_ in SELF
            and token.i not in spared
            and not (token.norm_ == "my" and self._possesses_relative(token.i))
        ]

    def _possesses_relative(self, index: int) -> bool:
        return any(
            index < hit.start <= index + 3 or hit.start <= index < hit.end
            for hit in self._hits
            if hit.key in RELATIVE_KINDS
        )

    # --- for whom the message asks ---

    def _told_subject(self, noses: Sequence[Hit], known: Subject) -> Subject | None:
        owners = [(hit, self._owner(hit.start)) for hit in noses]
        if any(owner == "self" for _, owner in owners):
            return Subject.SELF
        for hit, owner in owners:
            if isinstance(owner, Hit) and self._is_asked_for(hit, owner):
                return self._about(owner)
        for hit in self._hits:
            if hit.key == "for_someone" and self._relatives:
                return self._about(min(self._relatives, key=lambda relative: abs(relative.start - hit.start)))
        if known is Subject.SELF and not self._is_set_apart() and any(owner == "pronoun" for _, owner in owners):
            return Subject.OTHER
        people = [hit for hit in self._relatives if hit.key in ("child", "adult") and not self._is_of_the_past(hit)]
        if (
            any(self._is_nose(hit) for hit in noses)
            and people
            and not self._selves
            and not self._reports(people[0], len(self._doc))
        ):
            return self._about(people[0])
        return None

    def _is_asked_for(self, nose: Hit, owner: Hit) -> bool:
        """The twitching nose is that person's and twitches now; a child's twitch counts without the word "nose"."""
        if owner.key == "animal" or owner.key == "stranger":
            return False
        if owner.key == "child":
            return True
        start = self._starts[clause_of(self._starts, nose.start)]
        clause = self._doc[start : nose.end + 3]
        return self._is_nose(nose) and not any(token.norm_ in _PAST for token in clause)

    def _is_of_the_past(self, hit: Hit) -> bool:
        """As in "my mam had a stroke 12 years ago": said of her, while the nose is the writer's."""
        following = self._doc[hit.end : hit.end + 8]
        return any(token.norm_ in ("had", "died", "ago", "was") for token in following)

    def _is_nose(self, hit: Hit) -> bool:
        return any(token.norm_ in _NOSE for token in self._doc[hit.start : hit.end])

    def _asked_for_in_need(self, lexicon: Lexicon, known: Subject) -> Subject | None:
        """Somebody close, or next to the writer, has a warning sign now, and the writer tells nothing of their own."""
        if known is not Subject.SELF:
            return None
        at_side = any(hit.key in ("at_the_side", "needs_help") for hit in self._hits) or self._happens_now()
        close = [hit for hit in self._relatives if self._is_own_child(hit) or self._is_partner(hit)]
        if not (close or at_side) or self._is_told_from_afar(at_side):
            return None
        owners = [
            self._owner(mention.start, mention.end)
            for mention in lexicon.findings.find(self._doc)
            if self._is_warning(mention, close)
        ]
        if "self" in owners:
            return None
        for owner in owners:
            if isinstance(owner, Hit) and owner.key in ("child", "adult") and (at_side or owner in close):
                return self._about(owner)
            if owner == "pronoun" and at_side:
                return Subject.OTHER
        return None

    def _happens_now(self) -> bool:
        """As in "mum's nose was twitching and now she talks like drunk": told of somebody while it goes on."""
        return any(token.norm_ == "now" for token in self._doc)

    def _is_warning(self, mention: Hit, close: list[Hit]) -> bool:
        """A red flag; of a child also a lesser sign of illness."""
        finding, polarity = mention.key.split(":")
        if polarity not in ("present", "hint"):
            return False
        own_child = any(self._is_own_child(hit) for hit in close)
        return load_knowledge().findings[finding].red_flag or (own_child and finding in _CHILD_SIGNS)

    def _is_set_apart(self) -> bool:
        """As in "Nothing to do with me", "mine doesn't"."""
        return any(hit.key == "apart" for hit in self._hits)

    def _is_told_from_afar(self, at_side: bool) -> bool:
        """Old, feared or asked in general, or set apart from the writer's own trouble ("nothing to do with me")."""
        kinds = {cue.key for cue in self._cues}
        if self._is_set_apart() or kinds & {"past_long_ago", "hypothetical_reaching", "worry_reaching"}:
            return True
        words = {token.norm_ for token in self._doc}
        past = any(
            token.norm_ in ("had", "was", "were") and self._doc[max(token.i - 1, 0)].norm_ not in ("ever", "never")
            for token in self._doc
        )
        return "if" in words or (past and not at_side and "past_recent" not in kinds)

    def _is_own_child(self, hit: Hit) -> bool:
        return hit.key == "child" and self._doc[hit.end - 1].norm_ not in _OTHERS_CHILDREN

    def _is_partner(self, hit: Hit) -> bool:
        return hit.key == "adult" and any(
            other.key == "partner" and other.start <= hit.start < other.end for other in self._hits
        )

    def _about(self, relative: Hit) -> Subject:
        self._named = relative
        return self._kind(relative)

    @staticmethod
    def _kind(relative: Hit) -> Subject:
        return Subject.CHILD if relative.key == "child" else Subject.OTHER
