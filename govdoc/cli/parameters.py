"""How parameters are declared: what is wrong with a file, its reader says, in Chinese and with the right exit code."""

from __future__ import annotations

from functools import partial

import typer

Argument = partial(typer.Argument, readable=False)
Option = partial(typer.Option, readable=False)
