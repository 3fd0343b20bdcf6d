"""Owing a document: its facts are frozen in the act's own transaction."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from documents import failpoints, finding, pipeline, register
from documents.models import Document, DocumentKind, SignatureSlot
from organization.authority import Authority
from organization.models import Person, Unit

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: codes are read aloud and typed


@dataclass(frozen=True)
class SlotSpec:
    """One signature to ask for. Without a person the document waits and says so; `fill` is written on signing."""

    role: str
    person: Person | None
    authority: Authority | None = None
    fill: Mapping[str, str] | None = None


@transaction.atomic
def request_document(
    *,
    kind: str,
    unit: Unit,
    facts: Mapping,
    signers: Iterable[SlotSpec],
    subject: Person | None = None,
    practice: bool = False,
    at: datetime,
    replaces: Document | None = None,
    code: str = "",
) -> Document:
    """Owe a document: freeze its facts in the act's own transaction; workers do the rest after the commit.

    `unit` is the issuing agency. The signers come in the kind's order of roles, optional ones left out or not;
    ValueError otherwise. `code` is given where it had to be known before the document (`new_code`).
    """
    known, specs = DocumentKind.objects.get(code=kind), list(signers)
    asked = [spec.role for spec in specs]
    rules = [rule for rule in known.signers if rule["role"] in asked or not rule.get("optional")]
    if asked != [rule["role"] for rule in rules]:
        raise ValueError(f"{kind} is signed by {known.roles}, not by {asked}")
    code = code or new_code(at)
    document = Document.objects.create(
        code=code,
        kind=known,
        unit=unit,
        subject=subject,
        facts=frozen(facts, code=code, practice=practice),
        template_version=known.template_version,
        practice=practice,
        requested_at=at,
        next_attempt_at=Now(),
        replaces=replaces,
    )
    SignatureSlot.objects.bulk_create(
        SignatureSlot(
            document=document,
            order=order,
            role=spec.role,
            field=f"sig.{spec.role}",
            expected_signer=spec.person,
            authority=spec.authority.as_json() if spec.authority else {},
            certify=order == 1,
            fillable=signer["fill"],
            fill=checked_fill(signer["fill"], spec.fill or {}),
        )
        for order, (spec, signer) in enumerate(zip(specs, rules, strict=True), start=1)
    )
    finding.enter(document)
    failpoints.hit("request.written")
    transaction.on_commit(partial(pipeline.nudge, document.pk))
    return Document.objects.select_related("kind", "unit").get(pk=document.pk)


def checked_fill(allowed: list[str], fill: Mapping[str, str]) -> dict[str, str]:
    unknown = set(fill) - set(allowed)
    if unknown:
        raise ValueError(f"not filled with this signature: {sorted(unknown)}")
    return dict(fill)


def frozen(facts: Mapping, *, code: str, practice: bool) -> dict[str, Any]:
    """The facts as plain JSON, with the address for checking and the mark of what has no legal value."""
    origin = {"verify_url": f"{settings.PUBLIC_URL}/v/{code}", "practice": practice or settings.DEMO_AUTHORITY}
    return json.loads(json.dumps(dict(facts))) | origin


def new_code(at: datetime) -> str:
    """An internal code nobody can guess: 40 random bits."""
    year = timezone.localdate(at, register.LOCAL).year
    return f"CM-{year}-{''.join(secrets.choice(LETTERS) for _letter in range(8))}"
