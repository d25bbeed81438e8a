# SPDX-License-Identifier: LGPL-3.0-or-later
from typing import NamedTuple, Optional

_IMPORT_LIMIT = 10.0  # seconds


class Options(NamedTuple):
    incoming: int
    outgoing: int
    scratch: str
    phase: Optional[int]
    import_limit: float


def options_of(arguments):
    """By hand: argparse takes longer to import than all of this."""
    given = dict(zip(arguments[::2], arguments[1::2]))
    return Options(
        incoming=int(given.get("--in", 3)),
        outgoing=int(given.get("--out", 4)),
        scratch=given.get("--scratch", ""),
        phase=int(given["--phase"]) if "--phase" in given else None,
        import_limit=float(given.get("--import-limit", _IMPORT_LIMIT)),
    )
