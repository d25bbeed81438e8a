# SPDX-License-Identifier: LGPL-3.0-or-later
"""The program that runs a project's Python modules. Not for projects: its names may change at any time."""
