"""Rendering in a child process under limits of memory and time: one document can take down its child, never us.

The child stays warm for many documents. It is given a template's name and facts and returns a PDF; it knows no
database, key or secret. A child that dies or does not answer in time is replaced, and its document is refused.
"""

import atexit
import json
import logging
import os
import resource
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from documents.rendering import RenderError, render

MEMORY = 2 * 1024**3
CPU_SECONDS = 30
LARGEST_FILE = 4 * 1024**2  # the library unpacks the pinned fonts into files of its own
WALL_SECONDS = 50.0  # below the pipeline's lease: who waits longer has lost the document anyway
DOCUMENTS = 500  # after so many a fresh child: whatever the libraries leak goes with the old one
HEAD = struct.Struct(">cI")
MADE, REFUSED = b"+", b"-"
PASSED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE")

logger = logging.getLogger(__name__)


class RenderLimit(RenderError):
    """The document took more memory or time than any of ours needs, or killed the process that drew it."""


def render_limited(template: str, facts: Mapping[str, Any], *, code: str) -> bytes:
    """As `rendering.render`, the same bytes, in the child. Raises RenderError; RenderLimit when the child died."""
    asked = json.dumps({"template": template, "facts": facts, "code": code}, ensure_ascii=False).encode()
    with _lock:
        return _running().ask(asked, code)


class _Child:
    """One warm process and the pipes to it."""

    def __init__(self) -> None:
        self.owner, self.answered, self.timed_out = os.getpid(), 0, False
        self.process = subprocess.Popen(  # our own interpreter and module
            [sys.executable, "-m", "documents.render_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).resolve().parent.parent,
            env={name: os.environ[name] for name in PASSED if name in os.environ} | {"PYTHONDONTWRITEBYTECODE": "1"},
        )

    @property
    def usable(self) -> bool:
        """Alive, ours and not worn out."""
        return self.owner == os.getpid() and self.process.poll() is None and self.answered < DOCUMENTS

    def ask(self, asked: bytes, code: str) -> bytes:
        """One document; whatever goes wrong ends the child."""
        given, taken = self.process.stdin, self.process.stdout
        if given is None or taken is None:
            raise RenderLimit("the child has no pipes")
        guard = threading.Timer(WALL_SECONDS, self._give_up)
        guard.start()
        try:
            given.write(HEAD.pack(MADE, len(asked)) + asked)
            given.flush()
            kind, size = HEAD.unpack(_exactly(taken, HEAD.size))
            answer = _exactly(taken, size)
        except (OSError, EOFError) as error:
            self.close()
            why = "time" if self.timed_out else f"exit code {self.process.returncode}"
            logger.error("render.child_died code=%s %s", code, why)
            raise RenderLimit(f"the process that drew the document ended: {why}") from error
        finally:
            guard.cancel()
        self.answered += 1
        if kind == REFUSED:
            raise RenderError(answer.decode("utf-8", "replace"))
        return answer

    def _give_up(self) -> None:
        self.timed_out = True
        self.process.kill()

    def close(self) -> None:
        """End the child; of a process that was forked from its owner nothing but the pipes."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # it died with our words in the pipe
                    continue
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
        else:
            self.process.returncode = 0  # another process's child: not ours to wait for


_lock = threading.Lock()
_child: _Child | None = None


def _running() -> _Child:
    """The process's one child, a fresh one where there is none to use."""
    global _child
    if _child is None or not _child.usable:
        if _child is not None:
            _child.close()
        _child = _Child()
    return _child


def _end() -> None:
    global _child
    if _child is not None:
        _child.close()
        _child = None


def _forked() -> None:
    """In a forked process: the lock may have been held by a thread that does not exist here."""
    global _lock
    _lock = threading.Lock()


atexit.register(_end)
os.register_at_fork(after_in_child=_forked)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    """So many bytes. EOFError when the other side has ended."""
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError
    return found


# --- the child's side ---------------------------------------------------------------------------------------------


def serve() -> None:
    """Draw what is asked for until the parent has ended."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    given, taken = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but answers may go where answers go
    while head := given.read(HEAD.size):
        asked = json.loads(_exactly(given, HEAD.unpack(head)[1]))
        _more_time()
        try:
            kind, answer = MADE, render(asked["template"], asked["facts"], code=asked["code"])
        except MemoryError:
            sys.exit(1)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this document's and not the next one's
            kind, answer = REFUSED, (str(error) or type(error).__name__).encode()
        taken.write(HEAD.pack(kind, len(answer)) + answer)
        taken.flush()


def _more_time() -> None:
    """CPU seconds count for the whole life of a process; each document gets its own."""
    used = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_SECONDS, resource.RLIM_INFINITY))


if __name__ == "__main__":
    serve()
