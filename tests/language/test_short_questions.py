"""A form filled in by hand: a symptom with a question mark, and the answer behind it."""

import pytest

from nose_twitch.language.reader import load_reader


@pytest.mark.parametrize(
    ("message", "finding", "status"),
    [
        ("numb?? nope", "numbness", "absent"),
        ("chest pain? no. blackouts? never", "chest_pain", "absent"),
        ("weakness? yes", "weakness", "present"),
        ("slurred speech? yep, since lunch", "slurred_speech", "present"),
        ("stroke???", "stroke", "uncertain"),
        ("a droopy face?", "face_droop", "uncertain"),
    ],
)
def test_a_bare_question_is_settled_by_the_word_behind_it(message: str, finding: str, status: str) -> None:
    found = {item.id: item.status.value for item in load_reader().read(message).findings}
    assert found[finding] == status
