"""The package for another archive: a whole bag, the same at every build, and refused when anything in it is not."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from documents import archive, demo_authority, keys, pipeline
from documents.actions import ListToSign, SlotSpec, request_document, sign_lists
from documents.keeping.checking import NoPackage, check_package
from documents.keeping.packages import PackageNotReady, build_package, stage_package
from documents.models import Document, FileEntry, RecordsFile, State, Transfer
from documents.samples import facts_of
from tests.documents.office import FACTS, NOON, PIN, Office, again
from tests.documents.shelf import set_terms, shelve

Entries = dict[str, bytes]


@pytest.fixture
def transfer(office: Office) -> Transfer:
    """A file handed over; the list is signed by both, sealed and archived."""
    set_terms(office)
    return handed_over(office, shelve(office))


def handed_over(office: Office, file: RecordsFile) -> Transfer:
    giver, receiver = office.people["giver"], office.people["receiver"]
    listed = request_document(
        kind="archive_transfer_list",
        unit=office.unit,
        facts=facts_of("archive_transfer_list", lines=1),
        signers=[SlotSpec("giver", giver), SlotSpec("receiver", receiver)],
        at=NOON,
    )
    made = Transfer.objects.create(
        unit=office.unit,
        receiver=receiver,
        receiving_archive="Lưu trữ lịch sử tỉnh",
        list_document=listed,
        requested_by=giver,
        requested_at=NOON,
    )
    made.files.add(file)
    office.bring(listed, State.ARCHIVED)
    return Transfer.objects.select_related("unit", "list_document").get(pk=made.pk)


BUILT: list[bytes] = []  # signing a whole file takes seconds: tests that only read a package share one


@pytest.fixture
def package(request: pytest.FixtureRequest, db: None, tmp_path: Path) -> Path:
    path = tmp_path / "package.zip"
    if not BUILT:
        build_package(request.getfixturevalue("transfer"), path)
        BUILT.append(path.read_bytes())
    path.write_bytes(BUILT[0])
    return path


def rewritten(package: Path, change: Callable[[Entries], None], name: str = "changed.zip") -> Path:
    """The package with its entries changed, packed as they were."""
    with zipfile.ZipFile(package) as source:
        entries = {info.filename: source.read(info) for info in source.infolist()}
    change(entries)
    target = package.with_name(name)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
        for each, data in entries.items():
            out.writestr(each, data)
    return target


def one(entries: Entries, ending: str) -> str:
    return next(name for name in entries if name.endswith(ending))


def test_another_archive_takes_it_in_with_standard_tools_and_its_own_check(
    transfer: Transfer, tmp_path: Path
) -> None:
    package = tmp_path / "package.zip"
    build_package(transfer, package)
    report = check_package(package)
    assert (report.problems, report.files, report.documents) == ([], 1, 2)
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(package), str(tmp_path / "in")], check=True)
    (bag,) = (tmp_path / "in").iterdir()
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        told = subprocess.run(["sha256sum", "-c", manifest], cwd=bag, capture_output=True, text=True, check=True)
        assert told.stdout.count(": OK") == len((bag / manifest).read_text().splitlines())
    assert (bag / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    head = json.loads((bag / "data" / "metadata.json").read_text())
    (cover,), papers = head["ho_so"], head["tai_lieu"]
    assert cover | {"can_cu_thoi_han": ""} == {
        "ma_ho_so": "STN.2026.0001",
        "tieu_de_ho_so": "Hồ sơ đánh giá Quý III năm 2026",
        "thoi_han_luu_tru": "5 năm",
        "can_cu_thoi_han": "",
        "muc_do_tiep_can": "hạn chế",
        "ngon_ngu": "tiếng Việt",
        "thoi_gian_bat_dau": "2026-07-01",
        "thoi_gian_ket_thuc": transfer.files.get().closed_on.isoformat(),
        "tu_khoa": "đánh giá",
        "tong_so_tai_lieu": 2,
        "so_luong_trang": sum(paper["so_luong_trang"] for paper in papers),
    }
    for paper in papers:
        document = Document.objects.get(code=paper["ma_van_ban"])
        assert (bag / paper["tep"]).read_bytes() == archive.read(document.current_sha256)
        assert (paper["so_ky_hieu"], paper["sha256"]) == (document.number_text, document.current_sha256)
    assert (bag / head["muc_luc"]["tep"]).read_bytes() == archive.read(transfer.list_document.current_sha256)
    registers = list((bag / "data" / "registers").rglob("*.txt"))
    assert any(papers[0]["sha256"] in path.read_text() for path in registers)
    told = (bag / "data" / "documents.csv").read_text("utf-8-sig").splitlines()
    assert len(told) == 3


def test_the_same_files_give_the_same_bytes(transfer: Transfer, tmp_path: Path) -> None:
    digest = build_package(transfer, tmp_path / "first.zip")
    assert build_package(transfer, tmp_path / "again.zip") == digest
    told = subprocess.run(
        ["sha256sum", str(tmp_path / "first.zip")], capture_output=True, text=True, check=True
    ).stdout
    assert told.startswith(digest)
    assert not list(tmp_path.glob("*.part"))


def changed_byte(entries: Entries) -> None:
    name = one(entries, ".pdf")
    entries[name] = entries[name][:-1] + bytes([entries[name][-1] ^ 1])


def left_out(entries: Entries) -> None:
    del entries[one(entries, ".pdf")]


def slipped_in(entries: Entries) -> None:
    entries[one(entries, "metadata.json").replace("metadata.json", "files/more.pdf")] = b"%PDF-1.7"


def without_manifest(entries: Entries) -> None:
    del entries[one(entries, "/manifest-sha256.txt")]


def without_registers(entries: Entries) -> None:
    for name in [name for name in entries if "/registers/STN/" in name]:
        del entries[name]


def other_title(entries: Entries) -> None:
    name = one(entries, "metadata.json")
    entries[name] = entries[name].replace("Quý III".encode(), "Quý II".encode())


def not_a_bag(entries: Entries) -> None:
    entries[one(entries, "bagit.txt")] = b"BagIt-Version: 0.1\n"


def lost_sheet(entries: Entries) -> None:
    name = one(entries, "-00001.txt")
    entries[name.replace("-00001", "-00002")] = entries.pop(name).replace(b"0" * 64, b"1" * 64)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (changed_byte, "its content has changed"),
        (left_out, "named in manifest-sha256.txt, but not there"),
        (slipped_in, "not in manifest-sha256.txt"),
        (without_manifest, "manifest-sha256.txt is missing"),
        (without_registers, "stands in no register of the package"),
        (other_title, "data/metadata.json: its content has changed"),
        (lost_sheet, "does not follow the sheet before it"),
        (not_a_bag, "bagit.txt is missing or declares another format"),
    ],
)
def test_a_changed_package_is_found_and_named(package: Path, change: Callable, words: str) -> None:
    report = check_package(rewritten(package, change))
    assert any(words in problem for problem in report.problems), report.problems


@pytest.mark.parametrize(
    "change",
    [
        {"muc_luc": "x"},
        {"muc_luc": None},
        {"ho_so": ["x"]},
        {"tai_lieu": [None]},
        {"danh_sach_ky": 1},
        {"tai_lieu": [{"tep": ["x"], "so_luong_trang": "3"}]},
    ],
)
def test_metadata_of_another_shape_is_a_problem_and_no_traceback(package: Path, change: dict) -> None:
    def reshape(entries: Entries) -> None:
        name = one(entries, "metadata.json")
        head = json.loads(entries[name])
        if "tep" in str(change):  # every field is there, of another type
            change["tai_lieu"][0] = head["tai_lieu"][0] | change["tai_lieu"][0]
        entries[name] = json.dumps(head | change).encode()

    told = check_package(rewritten(package, reshape)).problems
    assert any(problem.startswith(("data/metadata.json cannot be read", "metadata:")) for problem in told), told


@pytest.mark.parametrize(
    "name", ["../out.pdf", "/etc/out.pdf", "bag/../../out", "bag\\..\\out", "C:/out", "bag//out"]
)
def test_a_name_that_leads_out_of_its_folder_stops_the_reading(package: Path, name: str) -> None:
    def slip(entries: Entries) -> None:
        entries[name] = b"%PDF-1.7"

    with pytest.raises(NoPackage):
        check_package(rewritten(package, slip))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_links_packed_entries_doubled_names_and_a_second_top_are_refused(package: Path) -> None:
    top = zipfile.ZipFile(package).namelist()[0].split("/")[0]
    link = zipfile.ZipInfo(f"{top}/link")
    link.external_attr, link.create_system = 0o120777 << 16, 3
    packed = zipfile.ZipInfo(f"{top}/bomb")
    packed.compress_type = zipfile.ZIP_DEFLATED
    cases = {
        "not a plain file": (link, b"/etc/passwd"),
        "packed": (packed, b"0" * 1_000_000),
        "twice": (zipfile.ZipInfo(f"{top}/bagit.txt"), b"again"),
        "letters' case": (zipfile.ZipInfo(f"{top}/BAGIT.TXT"), b"again"),
        "one top folder": (zipfile.ZipInfo("other/bagit.txt"), b"again"),
    }
    for words, (info, data) in cases.items():
        target = package.with_name("hostile.zip")
        target.write_bytes(package.read_bytes())
        with zipfile.ZipFile(target, "a") as out:
            out.writestr(info, data)
        with pytest.raises(NoPackage, match=words):
            check_package(target)


def test_what_is_no_zip_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(NoPackage):
        check_package(tmp_path / "no.zip")


def test_no_package_before_its_list_is_archived_or_with_a_file_missing(transfer: Transfer, tmp_path: Path) -> None:
    row = Transfer.objects.get(pk=transfer.pk)
    archive.path_of(transfer.files.get().entries.first().document.current_sha256).unlink()
    with pytest.raises(archive.FileMissing):
        build_package(row, tmp_path / "package.zip")
    Document.objects.filter(pk=row.list_document_id).update(archived_at=None)
    with pytest.raises(PackageNotReady):
        build_package(Transfer.objects.get(pk=row.pk), tmp_path / "package.zip")
    assert not (tmp_path / "package.zip").exists()


@pytest.fixture
def listed(office: Office) -> Document:
    """The signed list that stands for the signature in a file's only form, both archived."""
    form = office.bring(office.request("review_minutes"), State.AWAITING_SIGNATURE)
    facts = json.loads((FACTS / "signing_list.json").read_text())
    wanted = ListToSign((form.uuid,), facts=facts)
    assert all(each.ok for each in sign_lists(lists=[wanted], signer=office.people["reviewer"], pin=PIN, at=NOON))
    made = Document.objects.get(kind__code="signing_list")
    for each in (form, made):
        pipeline.advance(each.pk)
    shelve(office, again(form))
    return again(made)


def without_lists(entries: Entries) -> None:
    name = one(entries, "metadata.json")
    entries[name] = json.dumps(json.loads(entries[name]) | {"danh_sach_ky": []}).encode()


def test_a_form_signed_by_a_list_goes_with_its_list_wherever_that_lies(
    office: Office, listed: Document, tmp_path: Path
) -> None:
    package = tmp_path / "package.zip"
    assert not FileEntry.objects.filter(document=listed).exists()
    build_package(handed_over(office, RecordsFile.objects.get()), package)
    report = check_package(package)
    assert (report.problems, report.documents) == ([], 1)
    with zipfile.ZipFile(package) as bag:
        name = next(name for name in bag.namelist() if name.endswith(f"data/lists/{listed.code}.pdf"))
        assert bag.read(name) == archive.read(listed.current_sha256)
    told = check_package(rewritten(package, without_lists)).problems
    assert any(f"was signed by the list {listed.code}, which is not in the package" in each for each in told)


def test_a_list_in_a_file_of_the_package_is_not_given_twice(office: Office, listed: Document, tmp_path: Path) -> None:
    shelve(office, listed)
    build_package(handed_over(office, RecordsFile.objects.get()), tmp_path / "package.zip")
    report = check_package(tmp_path / "package.zip")
    assert (report.problems, report.documents) == ([], 2)
    with zipfile.ZipFile(tmp_path / "package.zip") as bag:
        assert not [name for name in bag.namelist() if "/lists/" in name]


def test_a_document_of_the_managing_agency_stands_in_a_register_of_the_package(
    office: Office, tmp_path: Path
) -> None:
    managing = office.unit.parent
    data = demo_authority.issue_seal(office.authority, managing.name, "seal-managing", PIN)
    keys.enrol_seal(unit=managing, data=data, pin=PIN)
    set_terms(office)
    file = shelve(office, office.bring(office.request("decision", unit=managing), State.ARCHIVED))
    build_package(handed_over(office, file), tmp_path / "package.zip")
    assert check_package(tmp_path / "package.zip").problems == []


def test_a_failed_build_leaves_no_part_and_two_builds_never_share_one(transfer: Transfer, tmp_path: Path) -> None:
    first, second = (stage_package(transfer, tmp_path / "package.zip") for _worker in range(2))
    assert first != second
    assert first.read_bytes() == second.read_bytes()
    for part in (first, second):
        part.unlink()
    archive.path_of(transfer.files.get().entries.first().document.current_sha256).unlink()
    with pytest.raises(archive.FileMissing):
        stage_package(transfer, tmp_path / "package.zip")
    assert list(tmp_path.glob(".*")) == []


def test_the_commands_build_and_judge(transfer: Transfer, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    target = tmp_path / "out" / "package.zip"
    call_command("transfer_package", str(transfer.uuid), str(target))
    call_command("check_package", str(target))
    assert "complete, 1 files with 2 documents" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("check_package", str(rewritten(target, changed_byte)))
    assert "its content has changed" in capsys.readouterr().out


def test_the_ingest_check_needs_neither_our_database_nor_our_archive(package: Path, tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": f"sqlite:///{tmp_path / 'none' / 'no.sqlite3'}", "VAR_DIR": str(tmp_path / "var")}
    told = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "check_package", str(package)],
        env=os.environ | nowhere | {"DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert "complete" in told.stdout
