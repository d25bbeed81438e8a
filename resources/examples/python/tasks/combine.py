# SPDX-License-Identifier: LGPL-3.0-or-later
from dragonscales import tasks


class Task(tasks.BaseTask):
    """Puts its parameters together, and says in which currency they are."""

    currency: str

    def run(self, a: int, b: str, c: dict):
        print("combining", a, b)
        return {"a": a, "b": b, "c": c, "currency": self.currency, "queue": self.queue}
