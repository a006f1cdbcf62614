"""Names of the slots that the parts inside Rasa's process share (domain.yml declares them)."""

from __future__ import annotations

FINDINGS = "findings"
DURATION_DAYS = "duration_days"
SUBJECT = "subject"
TRIAGE = "triage"
ESCALATION_REASONS = "escalation_reasons"
LIKELY_CAUSES = "likely_causes"
COUNTRY = "country"
DOUBT = "doubt"
DOUBT_FINDING = "doubt_finding"
DOUBTS_SETTLED = "doubts_settled"
REVISIT = "revisit"
LAST_TOLD = "last_told"
ANNOUNCED = "announced"
ANSWERED = "answered"
FORM = "twitch_form"
