"""The head's classes for the list; only those that differ from the council's are sent on."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext

from approvals.classes import classes_within
from workflows.actions.rulings import Ruling
from workflows.models import EvaluationStep

#: what the page sends for "not ranked"
UNRANKED = "none"


class RulingsForm(forms.Form):
    """A class and a reason for each proposal. Never above the class of the score.

    `left_out`: ids of the evaluations that may be given no class.
    """

    def __init__(
        self,
        *args: Any,
        steps: Sequence[EvaluationStep],
        annual: bool = False,
        left_out: Collection[int] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.steps = steps
        for step in steps:
            decision = step.decision
            known = decision.score_class or decision.class_code
            codes = list(classes_within(known)) if known else []
            codes += [UNRANKED] if step.evaluation_id in left_out else []
            self.fields[class_name(step)] = forms.ChoiceField(
                label=step.evaluation.person.full_name,
                choices=[(code, code) for code in codes],
                initial=decision.class_code,
                required=False,
            )
            self.fields[reason_name(step)] = forms.CharField(
                label=gettext("Reason for %(name)s") % {"name": step.evaluation.person.full_name},
                max_length=4000,
                required=False,
            )
            if annual:
                self.fields[handling_name(step)] = forms.CharField(
                    label=gettext("Proposed handling: %(name)s") % {"name": step.evaluation.person.full_name},
                    max_length=500,
                    required=False,
                )

    def chosen(self, step: EvaluationStep) -> str:
        """The class that stands on the page for this person, the council's where nothing else was chosen."""
        value = self[class_name(step)].value()
        allowed = dict(self.fields[class_name(step)].choices)  # type: ignore[attr-defined]
        if value == UNRANKED:  # also where it is offered no more: the act says why, nothing else is decided instead
            return ""
        return value if value in allowed else step.decision.class_code

    def reason(self, step: EvaluationStep) -> str:
        return self[reason_name(step)].value() or ""

    def differs(self, step: EvaluationStep) -> bool:
        return self.chosen(step) != step.decision.class_code

    def handling(self, step: EvaluationStep) -> str:
        """Part IV of Form 02, "" where the procedure has none."""
        name = handling_name(step)
        return (self[name].value() or "") if name in self.fields else ""

    def rulings(self) -> dict[UUID, Ruling]:
        """What the act needs: the rows in which the head differs, or proposes how to handle the result."""
        return {
            step.evaluation.uuid: Ruling(self.chosen(step), self.reason(step).strip(), self.handling(step).strip())
            for step in self.steps
            if self.differs(step) or self.handling(step).strip()
        }


def class_name(step: EvaluationStep) -> str:
    return f"class-{step.evaluation.uuid}"


def handling_name(step: EvaluationStep) -> str:
    return f"handling-{step.evaluation.uuid}"


def reason_name(step: EvaluationStep) -> str:
    return f"reason-{step.evaluation.uuid}"
