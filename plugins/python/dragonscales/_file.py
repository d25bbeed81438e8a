# SPDX-License-Identifier: LGPL-3.0-or-later
import os
from typing import BinaryIO, Optional, Union

_UNKNOWN = "application/octet-stream"


class File:
    """A result that is a file: what is large goes to the storage without being read.

    It is best written into get_context().scratch, which is removed after the job.
    """

    __slots__ = ("media_type", "path")

    def __init__(self, path: Union[str, "os.PathLike[str]"], media_type: Optional[str] = None) -> None:
        self.path = os.path.abspath(os.fspath(path))
        self.media_type = media_type or _guessed(self.path)

    def open(self) -> BinaryIO:
        return open(self.path, "rb")

    def __fspath__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"File({self.path!r}, {self.media_type!r})"


def _guessed(path: str) -> str:
    import mimetypes

    return mimetypes.guess_type(path)[0] or _UNKNOWN
