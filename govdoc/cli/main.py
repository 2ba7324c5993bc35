"""The command ``govdoc``: its commands, how it speaks, and what it returns."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, Exit, TyperException

from govdoc import __version__
from govdoc.cli import build, check, new
from govdoc.errors import ExitCode, GovdocError

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = (
    ("Usage: ", "用法："),
    ("Options:\n", "选项：\n"),
    ("Arguments:\n", "参数：\n"),
    ("Commands:\n", "命令：\n"),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]…"),
    ("[required]", "（必填）"),
    ("Show this message and exit.", "显示这段说明。"),
)


def _in_chinese(help_text: str) -> str:
    for english, chinese in _WORDS:
        help_text = help_text.replace(english, chinese)
    return help_text


class Command(TyperCommand):
    """A command whose help is in Chinese throughout. (typer keeps the type of ``ctx`` to itself.)"""

    def get_help(self, ctx: Any) -> str:
        """Return the help text."""
        return _in_chinese(super().get_help(ctx))


class Group(TyperGroup):
    """The command group: a file in the place of a command is built."""

    def get_help(self, ctx: Any) -> str:
        """Return the help text."""
        return _in_chinese(super().get_help(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``build`` before a file that stands where a command should: ``govdoc 年报.xlsx``."""
        first = next((word for word in args if not word.startswith("-")), None)
        if first is not None and first not in self.commands and "." in first:
            args = ["build", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=Group,
    name="govdoc",
    help="把填好的 Excel 工作簿核对无误后，生成政府信息公开工作年度报告（Word）。\n\n"
    "govdoc 年报.xlsx 等于 govdoc build 年报.xlsx：在旁边生成 年报.docx。",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(value: bool) -> None:  # noqa: FBT001 - typer calls it so
    if value:
        typer.echo(f"govdoc {__version__}")
        raise Exit


@app.callback()
def _group(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="显示版本号。", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


app.command("new", cls=Command)(new.new)
app.command("check", cls=Command)(check.check)
app.command("build", cls=Command)(build.build)


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(arguments))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; only a bug in govdoc leaves a traceback."""
    try:
        result = app(list(arguments) if arguments is not None else None, standalone_mode=False, prog_name="govdoc")
    except GovdocError as error:
        typer.echo(f"{error.message}\n{error.remedy}", err=True)
        return int(error.exit_code)
    except TyperException as error:
        typer.echo(_usage_message(error), err=True)
        return int(ExitCode.USAGE)
    except (Abort, KeyboardInterrupt):
        typer.echo("已中断，没有写出文件。", err=True)
        return int(ExitCode.INTERRUPTED)
    return result if isinstance(result, int) else 0


def _usage_message(error: TyperException) -> str:
    """Return a usage error in Chinese; the kinds are told apart by what they carry."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return error.format_message()
    option = getattr(error, "option_name", None)
    parameter = getattr(error, "param", None)
    name = parameter.get_error_hint() if parameter is not None else ""
    if kind == "NoSuchOption":
        message = f"没有 {option} 这个选项。"
    elif kind == "MissingParameter":
        message = f"缺少 {name}。"
    elif kind == "BadParameter":
        message = f"{name} 的值不对。"
    elif kind == "BadOptionUsage":
        message = f"选项 {option} 后面要跟一个值。"
    else:
        message = "命令写得不对。"
    return f"{message}用法见 govdoc --help 或 govdoc 命令 --help。"
