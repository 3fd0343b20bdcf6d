"""Kombu's filesystem broker with whole messages only.

The stock transport opens a message under its final name and fills it afterwards: a worker that looks in between reads
nothing and dies (seen under load). Here a message appears by rename, all at once.
"""

import os
import uuid
from pathlib import Path
from time import time_ns

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue, payload, **kwargs) -> None:  # type: ignore[override]
        name = f"{time_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        unfinished = folder / f".{name}.part"
        try:
            unfinished.write_bytes(str_to_bytes(dumps(payload)))
            os.rename(unfinished, folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot add a message to {queue!r}") from error


class Transport(filesystem.Transport):
    Channel = Channel
