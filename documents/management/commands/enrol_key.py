"""Register the signing key of a person: manage.py enrol_key USERNAME --door pkcs12 --file …"""

from documents.management.enrolling import EnrolCommand
from organization.models import Person


class Command(EnrolCommand):
    help = "Registers the key that a person signs with from now on; the one before stays for the record."
    owner_help = "login name of the person"

    def owner(self, name: str) -> Person:
        return Person.objects.get(username=name)
