# SPDX-License-Identifier: LGPL-3.0-or-later
"""Imports a module by its name, and says what is wrong where it cannot be."""

import importlib
import sys

from dragonscales._host import fault
from dragonscales._host.fault import Fault


def imported(name, who, folders):
    found = sys.modules.get(name)
    if found is not None:
        return found
    importlib.invalidate_caches()
    try:
        __import__(name)  # whose tracebacks have no lines of importlib
    except BaseException as error:
        raise _import_fault(name, who, folders, error) from None
    return sys.modules[name]


def _import_fault(name, who, folders, error):
    detail = fault.text_of(error)
    if isinstance(error, ModuleNotFoundError) and _is_part(error.name, name):
        looked = f"looked in {', '.join(folders)}, then as Python does"
        return Fault("module", f"The module {name} of {who} was not found; {looked}.", detail)
    place = fault.place_of(error)
    at = f" at {place}" if place else ""
    if isinstance(error, SyntaxError):
        return Fault("module", f"The module {name} of {who} has a syntax error{at}: {error.msg}.", detail)
    return Fault("module", f"The module {name} of {who} cannot be imported{at}: {fault.one_line(error)}", detail)


def _is_part(missing, name):
    return missing is not None and (name == missing or name.startswith(missing + "."))
