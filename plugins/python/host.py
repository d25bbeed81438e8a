# SPDX-License-Identifier: LGPL-3.0-or-later
"""Hosts the Python modules of a dragonscales project for the runner's monitor, which starts this file."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
if HERE not in sys.path:  # as with PYTHONSAFEPATH
    sys.path.insert(0, HERE)

from dragonscales._host import import_path  # noqa: E402

# Also where multiprocessing runs this file again, as "__mp_main__": its processes import what this one imports.
import_path.guard(HERE)

if __name__ == "__main__":
    from dragonscales._host.start import main

    main(HERE, sys.argv[1:])
