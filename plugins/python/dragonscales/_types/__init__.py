# SPDX-License-Identifier: LGPL-3.0-or-later
"""What annotations mean: the JSON Schema of their values, and how a value from JSON becomes one of Python."""
