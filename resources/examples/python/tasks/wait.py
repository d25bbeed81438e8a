# SPDX-License-Identifier: LGPL-3.0-or-later
import logging
import time

from dragonscales import tasks

logger = logging.getLogger(__name__)


class Task(tasks.BaseTask):
    """Waits for so many seconds, as a task does that has much to do."""

    def run(self, seconds: float):
        logger.info("waiting for %s s", seconds)
        time.sleep(seconds)
        return {"waited": seconds}
