"""The command ``govdoc``: its commands, how it speaks, and what it returns."""

from __future__ import annotations

import io
import signal
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, Exit, TyperException

from govdoc import __version__
from govdoc.cli import (
    aggregate,
    batch,
    build,
    check,
    compare,
    doctor,
    export,
    figures,
    import_,
    layouts,
    new,
    pull,
    refresh,
    rules,
    say,
    template,
)
from govdoc.errors import ExitCode, GovdocError, UsageError
from govdoc.writers.columns import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# In the order of the help.
COMMANDS: dict[str, Callable[..., int | None]] = {
    "new": new.new,
    "check": check.check,
    "build": build.build,
    "figures": figures.figures,
    "refresh": refresh.refresh,
    "pull": pull.pull,
    "template": template.template,
    "rules": rules.rules,
    "layouts": layouts.layouts,
    "compare": compare.compare,
    "import": import_.import_report,
    "export": export.export,
    "batch": batch.batch,
    "aggregate": aggregate.aggregate,
    "doctor": doctor.doctor,
}
_SPACES = "文件名里有空格的，要用引号括起来。"


# ---------------------------------------------------------------- help, in Chinese throughout
# (typer keeps the types of ``ctx`` and ``formatter`` to itself)


def _write_rows(formatter: Any, title: str, rows: Iterable[tuple[str, str]]) -> None:
    rows = list(rows)
    width = max((display_width(term) for term, _ in rows), default=0)
    if rows:
        formatter.write(f"\n{title}：\n")
        formatter.write("".join(f"  {pad(term, width)}  {text}\n" for term, text in rows))


def _name(parameter: Any) -> str:
    """Return a parameter as it is written on the command line: ``-o, --output 文件.docx`` or ``文件.xlsx``."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar)
    names = ", ".join(sorted(parameter.opts, key=len))  # typer keeps those of the help in a set
    return names if parameter.is_flag else f"{names} {parameter.metavar}"


def _help(parameter: Any) -> str:
    text = "显示这段说明。" if parameter.name == "help" else parameter.help
    return f"{text}（必填）" if parameter.required else str(text)


def _write_parameters(command: Any, ctx: Any, formatter: Any) -> None:
    for title, kind in (("参数", "argument"), ("选项", "option")):
        rows = [(_name(one), _help(one)) for one in command.get_params(ctx) if one.param_type_name == kind]
        _write_rows(formatter, title, rows)


def _show_help(ctx: Any, _: Any, value: bool) -> None:  # noqa: FBT001 - typer calls it so
    if value and not ctx.resilient_parsing:
        say.result(ctx.get_help())
        raise Exit


def _said_as_result(option: Any) -> Any:
    """Return the option for the help, whose text is a result like any other: it may be that it cannot be written."""
    if option is not None:
        option.callback = _show_help
    return option


class Command(TyperCommand):
    """A command whose help is in Chinese throughout."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the first line of the help."""
        arguments = [_name(one) for one in self.get_params(ctx) if one.param_type_name == "argument"]
        formatter.write(f"用法：{' '.join([ctx.command_path, *arguments, '[选项]'])}\n")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what the command takes."""
        _write_parameters(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option for the help."""
        return _said_as_result(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse words that are left over."""
        ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except TyperException as error:
            if getattr(error, "ctx", None) is None:  # the parser of options does not say whose they are
                error.ctx = ctx  # type: ignore[attr-defined]
            raise
        if rest:
            raise UsageError(f"多出了“{' '.join(rest)}”。", f"{_SPACES}用法见 {ctx.command_path} --help。")
        return rest


@cache
def _command(name: str) -> Any:
    one = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    one.command(name, cls=Command)(COMMANDS[name])
    return typer.main.get_command(one)


class Group(TyperGroup):
    """The command group: a file in the place of a command is built."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the first lines of the help."""
        formatter.write(f"用法：{ctx.command_path} 年报.xlsx [选项]\n      {ctx.command_path} 命令 …\n")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what the command takes, and the commands."""
        _write_rows(formatter, "命令", ((name, str(function.__doc__)) for name, function in COMMANDS.items()))
        _write_parameters(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option for the help."""
        return _said_as_result(super().get_help_option(ctx))

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer calls it so
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer calls it so
        """Return the command that is asked for; making the others would only take time."""
        return _command(cmd_name) if cmd_name in COMMANDS else None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``build`` before a file that stands where a command should: ``govdoc 年报.xlsx``."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        words = args[1:] if args[:1] == ["--"] else [word for word in args if not word.startswith("-")]
        first = words[0] if words else None
        if first is not None and first not in COMMANDS and args[0] not in own and _is_file(first):
            args = ["build", *args]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is asked for; say which there are."""
        if args[0] not in COMMANDS:
            raise UsageError(
                f"没有“{args[0]}”这个命令，也没有叫这个名字的文件。",
                f"命令有：{'、'.join(COMMANDS)}。{_SPACES}用法见 {ctx.command_path} --help。",
            )
        return super().resolve_command(ctx, args)


def _is_file(word: str) -> bool:
    """Return whether a word is meant as a file: by its looks, or because there is one of this name."""
    with suppress(OSError, ValueError):
        return any(mark in word for mark in "./\\") or Path(word).is_file()
    return False


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
        say.result(f"govdoc {__version__}")
        raise Exit


@app.callback()
def _group(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="显示版本号。", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


# ---------------------------------------------------------------- running


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = main(arguments)
    except Exception:
        say.message("govdoc 自身出了错，不是文件的问题。请把下面的文字报告给维护者。\n")
        raise
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: Ctrl-C could only spoil how Python takes its leave
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; only a bug in govdoc leaves a traceback."""
    try:
        result = app(list(arguments) if arguments is not None else None, standalone_mode=False, prog_name="govdoc")
    except GovdocError as error:
        say.message(f"{error.message}\n{error.remedy}")
        return int(error.exit_code)
    except TyperException as error:
        say.message(_usage_message(error))
        return int(ExitCode.USAGE)
    except (Abort, KeyboardInterrupt):
        result = ExitCode.INTERRUPTED
    except Exception as error:
        if not _is_interrupt(error):
            raise
        result = ExitCode.INTERRUPTED
    if result == ExitCode.INTERRUPTED:  # typer catches the interrupt itself
        say.message("已中断，没有写出文件。")
    return int(result) if isinstance(result, int) else int(ExitCode.OK)


def _is_interrupt(error: BaseException | None) -> bool:
    """Return whether an exception stands for Ctrl-C.

    An interrupt in the wrong place comes out as another exception: Python wraps what ``__set_name__`` raises while a
    class is made, and ``ZipFile.__exit__`` complains of a member that was left open.
    """
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _usage_message(error: TyperException) -> str:
    """Return a usage error in Chinese; the kinds are told apart by what they carry."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return error.format_message()
    context = getattr(error, "ctx", None)
    return f"{_usage_fault(kind, error)}\n用法见 {context.command_path if context is not None else 'govdoc'} --help。"


def _usage_fault(kind: str, error: TyperException) -> str:
    option = getattr(error, "option_name", None)
    parameter = getattr(error, "param", None)
    if kind == "NoSuchOption":
        near = "、".join(getattr(error, "possibilities", None) or ())
        return f"没有 {option} 这个选项，是不是 {near}？" if near else f"没有 {option} 这个选项。"
    if kind == "BadOptionUsage":
        return f"选项 {option} 后面不跟值。" if "not take" in error.message else f"选项 {option} 后面要跟一个值。"
    if kind == "MissingParameter" and parameter is not None:
        return f"缺少 {_name(parameter)}：{parameter.help}"
    if kind == "BadParameter" and parameter is not None:
        return f"{_name(parameter)} 填得不对：{parameter.help}"
    return "命令没有写完整。"
