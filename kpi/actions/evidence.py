import hashlib
from datetime import datetime
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from kpi.errors import KpiError
from kpi.evidence_rules import kind_of_upload
from kpi.models import EvidenceFile, Scorecard, ScoreLine
from organization.models import Person
from organization.names import normal


def path_of(sha256: str) -> str:
    """Where the bytes of a hash lie in the file store."""
    return f"evidence/{sha256[:2]}/{sha256}"


@transaction.atomic
def attach_evidence(
    *,
    scorecard: Scorecard,
    line: ScoreLine | None = None,
    item_code: str = "",
    name: str,
    declared_type: str,
    content: bytes,
    by: Person,
    at: datetime,
) -> EvidenceFile:
    """Keep a file for a line or a criterion by its hash. The same file twice in one place is one row."""
    kind = kind_of_upload(name=name, declared_type=declared_type, content=content)
    if line is not None and line.scorecard_id != scorecard.pk:
        raise KpiError(_("The line belongs to another form."))
    if (line is None) == (item_code == ""):
        raise KpiError(_("Evidence belongs to one line or one criterion."))
    if item_code and item_code not in {item.code for item in scorecard.scheme.scheme.items}:
        raise KpiError(_("%(code)s: no such criterion.") % {"code": item_code})
    sha256 = keep_bytes(content)
    evidence, _created = EvidenceFile.objects.get_or_create(
        scorecard=scorecard,
        line=line,
        item_code=item_code,
        sha256=sha256,
        defaults={
            "name": normal(name)[-200:],
            "kind": kind,
            "size": len(content),
            "uploaded_by": by,
            "uploaded_at": at,
        },
    )
    return evidence


@transaction.atomic
def detach_evidence(*, evidence: EvidenceFile, by: Person) -> None:
    """Take a file off the draft; its bytes stay in the store under their hash."""
    if by.pk != evidence.uploaded_by_id:
        raise KpiError(_("Only who attached a file takes it off."))
    evidence.delete()


def open_evidence(evidence: EvidenceFile) -> IO[bytes]:
    """The stored bytes for reading; serve as an attachment with nosniff."""
    return open_stored(evidence.sha256)


def keep_bytes(content: bytes) -> str:
    """Keep an uploaded file under its SHA-256, which is returned; the same bytes twice are one file."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not default_storage.exists(path_of(sha256)):
        default_storage.save(path_of(sha256), ContentFile(content))
    return sha256


def open_stored(sha256: str) -> IO[bytes]:
    """The bytes kept under this hash."""
    return default_storage.open(path_of(sha256), "rb")
