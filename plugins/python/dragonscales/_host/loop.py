# SPDX-License-Identifier: LGPL-3.0-or-later
"""Runs coroutines, all on one event loop that is made when the first one comes."""

_loop = None


def run(coroutine):
    global _loop
    import asyncio

    if _loop is None or _loop.is_closed():
        _loop = asyncio.new_event_loop()
        asyncio.set_event_loop(_loop)
    try:
        return _loop.run_until_complete(coroutine)
    finally:
        _end_tasks(asyncio, _loop)


# As asyncio.run() does: what a job leaves half done is not to go on within the next one.
def _end_tasks(asyncio, loop):
    left = asyncio.all_tasks(loop)
    if left:
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
