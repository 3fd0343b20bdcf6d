"""The last step of a disposition: what has a tombstone loses its bytes, wherever they lie."""

import logging

from documents import archive
from documents.keeping.packages import path_of
from documents.models import Disposition, DocumentRevision, Tombstone, Transfer

logger = logging.getLogger(__name__)


def destroy_bytes(disposition: Disposition) -> int:
    """Remove every stored revision of what has a tombstone, and the packages that hold copies; how many revisions.

    A crash before it only makes it late.
    """
    buried = Tombstone.objects.filter(disposition=disposition).values("document")
    gone = 0
    for digest in DocumentRevision.objects.filter(document__in=buried).values_list("sha256", flat=True):
        if archive.destroy(digest):
            gone += 1
            logger.info("archive.destroyed %s by %s", digest, disposition.uuid)
    for transfer in Transfer.objects.filter(files__tombstones__disposition=disposition).distinct():
        archive.destroy_copy(path_of(transfer))
    return gone
