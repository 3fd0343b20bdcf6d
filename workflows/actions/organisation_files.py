"""The documents of a year's ratings of organisations lie in one file of the recogniser's agency (Art 24)."""

import logging
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from documents.keeping import files
from documents.models import Document, RecordsFile
from workflows.models import OrganisationList

logger = logging.getLogger(__name__)
ORIGIN = "organisations/"


def file_list(listed: OrganisationList, *, at: datetime) -> RecordsFile | None:
    """Lay the archived decisions and notices of the list into its file; again repairs it. The file stays open."""
    matter = files.Matter(
        origin=f"{ORIGIN}{listed.uuid}",
        title=f"Hồ sơ xếp loại chất lượng cơ quan, tổ chức, đơn vị năm {listed.year} của {listed.agency.name}",
        opened_on=timezone.localdate(listed.opened_at),
        keywords=f"xếp loại chất lượng; tổ chức; năm {listed.year}",
    )
    documents = _archived().filter(
        Q(organisation_rulings__rating__listed=listed) | Q(organisation_ruling__rating__listed=listed)
    )
    kept = documents.distinct().select_related("kind")
    return files.keep_file(unit=listed.agency, matter=matter, documents=kept, closed=False, at=at)


def file_lists(*, at: datetime) -> int:
    """Every list with archived documents outside its file; how many were filed."""
    outside = _archived().filter(file_entry__isnull=True)
    lists = OrganisationList.objects.filter(
        Q(ratings__rulings__document__in=outside) | Q(ratings__rulings__notice__in=outside)
    )
    filed = 0
    for listed in lists.distinct().select_related("agency"):
        try:
            filed += file_list(listed, at=at) is not None
        except files.UNFILED as error:
            logger.warning("file.waits list=%s %s", listed.pk, type(error).__name__)
    return filed


def _archived():
    return Document.objects.filter(archived_at__isnull=False)
