# SPDX-License-Identifier: LGPL-3.0-or-later
from dragonscales import tasks


class Task(tasks.BaseTask):
    """Always fails."""

    def run(self):
        raise ValueError("there is nothing to do")
