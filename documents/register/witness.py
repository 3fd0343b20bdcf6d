"""The head of every sheet leaves the house by mail: a witness outside knows it before anybody could change it."""

import logging
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents import archive
from documents.models import RegisterSheet, WitnessMail
from documents.register.sheets import folder_of, name_of
from organization.models import Unit

logger = logging.getLogger(__name__)


def witnesses_of(code: str) -> list[str]:
    """The addresses that this agency's heads are mailed to: its own and the common ones ("*")."""
    wanted: dict[str, str] = settings.REGISTER_WITNESS
    return sorted(
        {address.strip() for key in (code, "*") for address in wanted.get(key, "").split(";") if address.strip()}
    )


def mail_heads(*, at: datetime) -> int:
    """Mail every head that a witness has not had yet; how many left. OSError when the mail server does not answer.

    An address that takes no mail, or a sheet that cannot be read, stays owed and stops no other address.
    """
    sent = 0
    if not settings.REGISTER_WITNESS:
        return sent
    for unit in Unit.objects.filter(pk__in=RegisterSheet.objects.values("unit")):
        for address in witnesses_of(unit.code):
            owed = RegisterSheet.objects.filter(unit=unit).exclude(mails__address=address).select_related("unit")
            if not owed.exists():
                continue
            with get_connection() as server:
                sent += _mail(owed.order_by("ordinal"), address, server, at)
    return sent


def _mail(owed: Iterable[RegisterSheet], address: str, server: BaseEmailBackend, at: datetime) -> int:
    sent = 0
    for sheet in owed:
        try:
            _message(sheet, address, server).send()
        except (archive.FileMissing, archive.FileCorrupt) as error:
            logger.warning("register.mails_owed sheet=%s %s", sheet.pk, type(error).__name__)
            continue
        except (SMTPException, ValueError) as error:  # ValueError: it is no address at all
            logger.warning("register.mails_owed sheet=%s %s", sheet.pk, type(error).__name__)
            break
        WitnessMail.objects.get_or_create(sheet=sheet, address=address, defaults={"sent_at": at})
        sent += 1
    return sent


def _message(sheet: RegisterSheet, address: str, server: BaseEmailBackend) -> EmailMessage:
    with override("vi"):
        words = {
            "agency": sheet.unit.name,
            "name": f"{folder_of(sheet.unit).name}/{name_of(sheet)}.txt",
            "head": sheet.sha256,
            "before": sheet.previous_sha256,
            "lines": archive.read(sheet.sha256).count(b"\n") - 1,
        }
        subject = _("Register of documents, sheet %(name)s") % words
        body = _(
            "Agency: %(agency)s\nSheet: %(name)s (%(lines)s lines)\nSHA-256: %(head)s\nSheet before: %(before)s\n\n"
            "Keep this message. It proves later that the sheet was not changed or replaced: its SHA-256 must be "
            "the one above. The instruction HUONG-DAN-KIEM-TRA.txt beside the sheets says how to check."
        )
        return EmailMessage(subject=subject, body=body % words, to=[address], connection=server)
