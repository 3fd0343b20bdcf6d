"""What the competent person enters about product lines, each entry a separate act."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpi.models import Catalogue, LineKind, Product, ScoreLine
from organization.models import Unit
from workflows.forms.fields import DecimalCommaField
from workflows.models import Evaluation

FAILED, DELAY, WAIVE_FAILED, WAIVE_DELAY, HAND_BACK = (
    "failed_review",
    "delay",
    "waive_failed_reviews",
    "waive_delays",
    "hand_back",
)


class LineActForm(forms.Form):
    """One entry on one line. Only what is possible on this line is offered."""

    act = forms.ChoiceField(label=_("What you record"), widget=forms.RadioSelect)
    count = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=99,
        initial=1,
        required=False,
        help_text=_("How many failed reviews, delays or waivers; without meaning for work handed back."),
    )
    reason = forms.CharField(
        label=_("Reason or objective cause"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What happened and when; the person will read it."),
    )
    reason.seen_by = _("the person, the council and the head of the agency")  # type: ignore[attr-defined]

    def __init__(self, data: Any = None, *, line: ScoreLine):
        super().__init__(data)
        self.fields["act"].choices = possible_acts(line)  # type: ignore[attr-defined]


def possible_acts(line: ScoreLine) -> list[tuple[str, Any]]:
    """The entries that this line allows now."""
    acts = []
    if line.kind != LineKind.HANDED_BACK:
        acts += [
            (FAILED, _("A failed review: a major content error, −25% of the product's quality (Art 14.2.b)")),
            (DELAY, _("A delay: −25% of the product's progress (Art 14)")),
        ]
    if line.failed_reviews > line.failed_reviews_waived:
        acts.append((WAIVE_FAILED, _("A waiver: an objective cause of failed reviews is confirmed (Art 14)")))
    if line.delays > line.delays_waived:
        acts.append((WAIVE_DELAY, _("A waiver: an objective cause of delays is confirmed (Art 14)")))
    if line.kind == LineKind.PLANNED:
        acts.append((HAND_BACK, _("Work handed back: stays assigned and never counts as done (Art 18.1)")))
    return acts


class AssignForm(forms.Form):
    """Unplanned or taken-over work: a product of a decided catalogue, or its own task and factor."""

    kind = forms.ChoiceField(
        label=_("Kind of work"),
        widget=forms.RadioSelect,
        choices=[(kind.value, kind.label) for kind in (LineKind.UNPLANNED, LineKind.TAKEN_OVER, LineKind.PLANNED)],
        initial=LineKind.UNPLANNED,
        help_text=_("Unplanned and taken-over work is outside the assigned total and adds (Art 18.1.d)."),
    )
    product = forms.CharField(
        label=_("Code of the product in the catalogue"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"list": "catalogue-products", "autocomplete": "off"}),
    )
    task = forms.CharField(label=_("Task, when it is not in the catalogue"), required=False, max_length=500)
    k = DecimalCommaField(
        label=_("Conversion factor k, when it is not in the catalogue"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=6,
    )
    assigned = DecimalCommaField(label=_("Assigned quantity"), min_value=0, max_digits=12, decimal_places=3)
    month = forms.TypedChoiceField(label=_("Month"), required=False, coerce=int, empty_value=None)
    due_on = forms.DateField(label=_("Due on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    requirement = forms.CharField(
        label=_("Requirement"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, evaluation: Evaluation):
        super().__init__(data)
        self.products = catalogue_products(evaluation)
        card = evaluation.scorecard
        months, year, month = [], card.starts_on.year, card.starts_on.month
        while (year, month) < (card.ends_on.year, card.ends_on.month):
            months.append((month, _("Month %(month)d") % {"month": month}))
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        self.fields["month"].choices = [("", _("The whole period")), *months]  # type: ignore[attr-defined]

    def clean_product(self) -> Product | None:
        code = self.cleaned_data["product"].strip()
        if not code:
            return None
        product = self.products.filter(code__iexact=code).first()
        if product is None:
            raise forms.ValidationError(_("The decided catalogues of this agency have no product with this code."))
        return product

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("product") is None and "product" not in self.errors:
            if not data.get("task", "").strip():
                self.add_error("task", _("Choose a product, or write the task."))
            if not data.get("k") and "k" not in self.errors:
                self.add_error("k", _("Choose a product, or write its factor."))
        return data

    def spec(self) -> dict[str, Any]:
        """Keywords of the assignment."""
        data = self.cleaned_data
        wanted = {name: data[name] for name in ("kind", "assigned", "month", "due_on", "requirement")}
        if data["product"] is not None:
            return wanted | {"product": data["product"]}
        return wanted | {"task": data["task"], "k": data["k"]}


def catalogue_products(evaluation: Evaluation):
    """Products of the decided catalogues that hold for the person's agency: its own and those above it."""
    units: list[int] = []
    unit: Unit | None = evaluation.unit
    while unit is not None:
        units.append(unit.pk)
        unit = unit.parent
    decided = Catalogue.objects.filter(unit_id__in=units, state=Catalogue.State.DECIDED)
    return Product.objects.filter(catalogue__in=decided).select_related("catalogue").order_by("code")
