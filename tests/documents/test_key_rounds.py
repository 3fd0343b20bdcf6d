"""A key file may ask for so much work that the server does nothing else; such a file is not opened."""

import time

import pytest
from asn1crypto.pkcs12 import AuthenticatedSafe, Pfx, SafeContents

from documents import demo_authority
from documents.signing import KeyFileUnreadable, Pkcs12Signer
from documents.signing.keys import MOST_ROUNDS
from tests.documents.office import PIN

MANY = 40_000_000  # some seconds of one thread without a pause


@pytest.fixture(scope="module")
def key_file(authority):
    return demo_authority.issue_person(authority, "Trần Thị Bé Năm", "1", PIN)


def asking_for_much(data, part, rounds=MANY):
    """The key file with so many rounds in its check value, its certificates' or its key's encryption."""
    pfx = Pfx.load(data)
    if part == "mac":
        pfx["mac_data"]["iterations"] = rounds
        return pfx.dump(force=True)
    safes = AuthenticatedSafe.load(pfx["auth_safe"]["content"].native)
    for safe in safes:
        if part == "certificates" and safe["content_type"].native == "encrypted_data":
            derive(safe["content"]["encrypted_content_info"]["content_encryption_algorithm"], rounds)
        if part == "key" and safe["content_type"].native == "data":
            bags = SafeContents.load(safe["content"].native)
            for bag in bags:
                derive(bag["bag_value"]["encryption_algorithm"], rounds)
            safe["content"] = bags.dump(force=True)
    pfx["auth_safe"]["content"] = safes.dump(force=True)
    return pfx.dump(force=True)


def derive(algorithm, rounds):
    algorithm["parameters"]["key_derivation_func"]["parameters"]["iteration_count"] = rounds


@pytest.mark.parametrize("part", ["mac", "certificates", "key"])
def test_a_key_file_that_asks_for_endless_work_is_refused_at_once(key_file, part):
    asked, began = asking_for_much(key_file, part), time.process_time()
    with pytest.raises(KeyFileUnreadable, match="rounds"):
        Pkcs12Signer.open(asked, PIN)
    assert time.process_time() - began < 1


def test_the_parts_are_counted_together(key_file):
    asked = asking_for_much(asking_for_much(key_file, "key", MOST_ROUNDS // 2), "certificates", MOST_ROUNDS // 2)
    with pytest.raises(KeyFileUnreadable, match="rounds"):
        Pkcs12Signer.open(asked, PIN)


def test_an_ordinary_key_file_is_opened(key_file):
    assert Pkcs12Signer.open(key_file, PIN).common_name == "Trần Thị Bé Năm"
