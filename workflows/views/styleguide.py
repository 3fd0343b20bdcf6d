"""The living style page: every component with invented sample data, for those who build screens."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.forms.fields import DecimalCommaField
from workflows.policy.routes import declares
from workflows.templatetags.look import CLASS_WORDS, class_words


class SampleForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One or two sentences; the person will read them."),
    )
    points = DecimalCommaField(label=gettext_lazy("Points"), max_digits=6, decimal_places=3, max_value=5)
    met_on = forms.DateField(label=gettext_lazy("Date"), required=False)
    choice = forms.ChoiceField(
        label=gettext_lazy("Capacity"), widget=forms.RadioSelect, choices=[("own", "TM."), ("deputy", "KT.")]
    )
    confirmed = forms.BooleanField(label=gettext_lazy("I have read the document"))

    reason.seen_by = gettext_lazy("the person, the reviewer")  # type: ignore[attr-defined]
    points.unit = gettext_lazy("points")  # type: ignore[attr-defined]


def _rows() -> list[dict]:
    criteria = [
        ("Phẩm chất chính trị, phẩm chất đạo đức, văn hóa thực thi công vụ", "5", Decimal(5), ""),
        ("Ý thức kỷ luật, kỷ cương trong thực thi công vụ", "5", Decimal("4.5"), ""),
        ("Năng lực chuyên môn, nghiệp vụ theo yêu cầu của vị trí việc làm", "2.5", None, ""),
        ("Tinh thần trách nhiệm trong thực thi công vụ", "2.5", Decimal("2.75"), _("At most 2,5 points.")),
    ]
    return [
        {"number": number, "label": label, "max": Decimal(most), "value": value, "error": error}
        for number, (label, most, value, error) in enumerate(criteria, 1)
    ]


def _people() -> list[dict]:
    samples = [
        ("Hoàng Thu Sơn", "Văn thư", "87.51", "88.34", "HTT"),
        ("Trần Minh Nam", "Chuyên viên", "96.52", "91.25", "HTXS"),
        ("Ngô Thị Bích Dũng", "Phó Trưởng phòng", "81.74", "62.1", "HTNV"),
    ]
    return [
        {"name": name, "position": post, "own": Decimal(own), "final": Decimal(final), "code": code}
        for name, post, own, final, code in samples
    ]


def _documents(now: datetime) -> list[dict]:
    return [
        {
            "label": "Biên bản họp Hội đồng xếp loại",
            "tone": "done",
            "state_words": _("Signed, numbered and sealed"),
            "number": "05/BB-SNV",
            "issued_on": now,
            "code": "CM-7F3A-91",
            "download_url": "#",
            "verify_url": "#",
        },
        {
            "label": "Mẫu số 01 – Nguyễn Thị Bích Hạnh",
            "tone": "waiting",
            "state_words": _("Waits for your signature"),
            "sign_url": "#",
            "code": "CM-22B0-14",
        },
        {
            "label": "Thông báo kết quả",
            "tone": "problem",
            "state_words": _("Pending"),
            "pending_reason": _("The time-stamp service does not answer; tried 3 times, next at 16:45."),
        },
    ]


@declares("technical_staff")
def styleguide(request: HttpRequest) -> HttpResponse:
    """Shows every component; technical staff only."""
    if not request.user.is_staff:
        raise PermissionDenied
    now = timezone.now()
    if "messages" in request.GET:
        messages.success(request, _("Saved."))
        messages.error(request, _("This was handled meanwhile"))
    return render(
        request,
        "workflows/styleguide.html",
        {
            "actions": [
                {"label": _("Preview"), "url": "#", "icon_name": "document"},
                {"label": _("Check and hand in"), "tone": "primary", "form_id": "sample-form"},
            ],
            "due": now + timedelta(days=2),
            "late": now - timedelta(days=4),
            "steps": [
                {"label": "Giao chỉ tiêu", "state": "done"},
                {"label": "Tự đánh giá", "state": "current"},
                {"label": "Cấp trên chấm", "state": "next"},
                {"label": "Hội đồng xếp loại", "state": "next"},
                {"label": "Công bố", "state": "next"},
            ],
            "classes": list(CLASS_WORDS),
            "options": [(code, class_words(code, "short")) for code in CLASS_WORDS],
            "distribution": [("HTXS", 5, 7), ("HTT", 34, 32), ("HTNV", 3, 3), ("KHTNV", 0, 0)],
            "groups": [{"label": "Lãnh đạo", "used": 2, "limit": 1}, {"label": "Chuyên viên", "used": 4, "limit": 6}],
            "session_rows": [
                {"label": _("Adjusted"), "value": 2, "url": "#"},
                {"label": _("To be discussed"), "value": 9, "url": "#"},
                {"label": _("All ballots in"), "value": "42/42"},
            ],
            "rows": _rows(),
            "people": _people(),
            "reasons": ["Trần Minh Nam: chưa ký biên bản chấm", "Đặng Quốc Ánh: chưa nộp phiếu"],
            "table_columns": [
                {"label": _("Full name")},
                {"label": _("Unit")},
                {"label": _("Score"), "numeric": True},
            ],
            "table_rows": [{"cells": ["Trần Thanh Hòa", "Phòng Tổ chức", "83,40"], "url": "#"}],
            "documents": _documents(now),
            "events": [
                {
                    "at": now,
                    "text": _("Returned for correction"),
                    "by": "Trần Minh Nam",
                    "tone": "warn",
                    "detail": "Bổ sung minh chứng cho mục 3.",
                },
                {"at": now - timedelta(days=1), "text": _("Handed in"), "by": "Nguyễn Thị Bích Hạnh", "tone": "done"},
            ],
            "chips": [
                {"label": _("All"), "count": 42, "url": "?", "current": True},
                {"label": _("Adjusted"), "count": 2, "url": "?a=1"},
            ],
            "form": SampleForm({"points": "1.312,5", "choice": "own"}),
            "page": Paginator(range(60), 25).get_page(2),
            "now": now,
        },
    )
