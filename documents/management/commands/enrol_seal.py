"""Register the seal of an agency: manage.py enrol_seal CODE --door pkcs11 --token … --key … --certificate …"""

from documents.management.enrolling import EnrolCommand
from organization.models import Unit


class Command(EnrolCommand):
    help = "Registers the key that seals an agency's documents from now on; the one before stays for the record."
    owner_help = "code of the agency"

    def owner(self, name: str) -> Unit:
        return Unit.objects.get(code=name)
