"""The embedded broker hands over whole messages only."""

from pathlib import Path

from kombu import Connection

from config.celery import app


def test_a_message_file_is_complete_from_the_moment_it_can_be_seen(tmp_path: Path, monkeypatch) -> None:
    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "c"),
    }
    seen: list[bytes] = []
    write = Path.write_bytes

    def look_while_writing(path: Path, data: bytes) -> int:
        seen.extend(file.name.encode() for file in tmp_path.glob("[!.]*.msg"))
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", look_while_writing)
    with Connection("filesystem://", transport_options=options) as connection:
        assert type(connection.transport).__module__ == "config.broker", app.main
        queue = connection.SimpleQueue("work")
        queue.put({"document": 7})
        assert queue.get(timeout=2).payload == {"document": 7}
        queue.close()
    assert seen == []
