"""What is said to the person whose key cannot sign; each names the way on."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.keys.opening import NoKey
from documents.keys.pins import LOCKED_FOR
from documents.signing import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    CertificateUnreadable,
    CertificateUntrusted,
    DoorClosed,
    KeyFileUnreadable,
    KeyUnusable,
    PinLocked,
    WrongPin,
    WrongSigner,
)


def problem(error: KeyUnusable) -> str:
    """Why the key cannot be used, for its owner."""
    match error:
        case WrongPin(left=int(left)) if left > 0:
            words = ngettext(
                "The PIN is wrong. Nothing was signed. %(left)d try is left before it is locked.",
                "The PIN is wrong. Nothing was signed. %(left)d tries are left before it is locked.",
                left,
            )
            return words % {"left": left}
        case WrongPin(left=0):
            minutes = int(LOCKED_FOR.total_seconds() // 60)
            words = ngettext(
                "The PIN is wrong. Nothing was signed. Your key is locked for %(minutes)d minute.",
                "The PIN is wrong. Nothing was signed. Your key is locked for %(minutes)d minutes.",
                minutes,
            )
            return words % {"minutes": minutes}
        case WrongPin():
            return _("The PIN is wrong. Nothing was signed.")
        case KeyFileUnreadable():
            return _("This is no key file that can sign documents. Choose a .p12 or .pfx file.")
        case PinLocked(until=until) if until is not None:
            return _("Too many wrong PINs: your key is locked until %(at)s. Nothing was signed.") % {
                "at": f"{timezone.localtime(until):%H:%M %d/%m/%Y}"
            }
        case PinLocked():
            return _("Your token is locked after too many wrong PINs. Its issuer can unlock it. Nothing was signed.")
        case NoKey():
            return _("No signing key is registered for you. Register one on the page “My signing key”.")
        case CertificateExpired():
            return _("Your certificate has expired. Ask for a new one.")
        case CertificateNotYetValid():
            return _("Your certificate is not valid yet.")
        case CertificateRevoked():
            return _("Your certificate has been revoked by its authority. Nothing was signed. Ask for a new one.")
        case CertificateUnreadable():
            return _("This is no certificate that can sign documents. Choose a .cer, .crt or .pem file.")
        case CertificateUntrusted():
            return _("This certificate does not come from a trusted authority.")
        case WrongSigner():
            return _("This key or certificate is not the one registered for you. Nothing was signed.")
        case DoorClosed():
            return _("The place of your signing key does not answer. Nothing was signed; try again later.")
        case _:
            return _("Your signing key cannot be used.")
