"""What the two commands that register keys share: doors, PINs never in the command line, clear refusals."""

from abc import abstractmethod
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import Any

from cryptography import x509
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents import keys
from documents.models import Door, SigningKey
from documents.signing import certificates
from organization.models import Person, Unit


class EnrolCommand(BaseCommand):
    """Registers a key through one of the doors; the subclass finds its owner."""

    owner_help = ""

    @abstractmethod
    def owner(self, name: str) -> Person | Unit:
        """Who the key is for. ObjectDoesNotExist."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("owner", help=self.owner_help)
        parser.add_argument("--door", choices=[door.value for door in Door], required=True)
        parser.add_argument("--file", type=Path, help="key file (pkcs12)")
        parser.add_argument("--token", help="label of the token (pkcs11)")
        parser.add_argument("--key", help="label of the key on the token (pkcs11)")
        parser.add_argument("--certificate", type=Path, help="certificate with its chain, PEM or DER (pkcs11, token)")
        parser.add_argument("--credential", help="name of the key at the remote signing service (csc)")
        parser.add_argument("--pin-file", type=Path, help="file with the PIN; without it the PIN is asked for")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            owner = self.owner(options["owner"])
            key = self._enrol(owner, options)
        except ObjectDoesNotExist as error:
            raise CommandError(f"{options['owner']}: not found") from error
        except keys.KeyUnusable as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error
        until = timezone.localtime(key.valid_until)
        self.stdout.write(f"{owner}: {key.get_door_display()}, {key.fingerprint}, valid until {until:%d/%m/%Y}")

    def _enrol(self, owner: Person | Unit, given: dict[str, Any]) -> SigningKey:
        def need(name: str) -> Any:
            if not given[name]:
                raise CommandError(f"the door {given['door']} needs --{name}")
            return given[name]

        match given["door"]:
            case Door.PKCS11:
                token, label, chain = need("token"), need("key"), self._chain(need("certificate"))
                return keys.enrol_token_key(owner=owner, token=token, label=label, chain=chain, pin=self._pin(given))
            case Door.CSC:
                pin = self._pin(given) if isinstance(owner, Unit) else ""
                return keys.enrol_service_key(owner=owner, credential=need("credential"), pin=pin)
            case Door.TOKEN if isinstance(owner, Person):
                return keys.enrol_certificate(person=owner, chain=self._chain(need("certificate")))
            case Door.TOKEN:
                raise CommandError("a seal is kept by the server, never on a personal token")
            case _ if isinstance(owner, Person):
                return keys.enrol_person_key(person=owner, data=need("file").read_bytes(), pin=self._pin(given))
            case _:
                return keys.enrol_seal(unit=owner, data=need("file").read_bytes(), pin=self._pin(given))

    def _pin(self, given: dict[str, Any]) -> str:
        return given["pin_file"].read_text().strip() if given["pin_file"] else getpass("PIN: ")

    def _chain(self, path: Path) -> list[x509.Certificate]:
        return certificates.read(path.read_bytes())
