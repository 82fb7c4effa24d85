"""The command line. Exit status: 0 done, 1 something failed, 2 wrong usage, 78 wrong configuration.

Each command imports what it needs when it runs, so that `--help` is quick.
"""

from __future__ import annotations

import io
import sys

import click

from bot import __version__
from bot.cli.admin import admin_commands
from bot.cli.ask import reading_commands
from bot.cli.chart import chart
from bot.cli.classify import classify, evaluate
from bot.cli.completion import completion
from bot.cli.config import config
from bot.cli.context import CONFIG_OPTION, Failure
from bot.cli.explore import explore
from bot.cli.export import export
from bot.cli.files import backup, restore
from bot.cli.health import health
from bot.cli.init import init
from bot.cli.person import erase_person
from bot.cli.replay import replay
from bot.cli.service import demo, doctor, poll, run
from bot.cli.train import train

EXIT_CONFIG = 78
"""EX_CONFIG of sysexits.h."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="pledgewatch")
@CONFIG_OPTION
def cli() -> None:
    """Watch the news for developments in security commitments, and alert a team."""


for command in (
    init,
    doctor,
    health,
    run,
    poll,
    demo,
    classify,
    evaluate,
    train,
    backup,
    restore,
    export,
    erase_person,
    explore,
    chart,
    replay,
    config,
    completion,
    *reading_commands(),
    *admin_commands(),
):
    cli.add_command(command)


def main() -> None:
    """The entry point: every expected failure is one sentence and an exit status."""
    from bot.config import ConfigError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode loses flags, no more
    try:
        code = cli.main(prog_name="pledgewatch", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except ConfigError as error:
        _fail(str(error), EXIT_CONFIG)
    except Failure as error:
        _fail(str(error), 1)
    except click.exceptions.Abort:
        _fail("Stopped.", 1)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(_refusal(error), error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        from feeds.errors import FeedError
        from storage.errors import StorageError

        if isinstance(error, StorageError | FeedError):
            _fail(str(error), 1)
        if isinstance(error, OSError):
            _fail(_outside(error), 1)
        raise


def _refusal(error: click.ClickException) -> str:
    """What is wrong with a call, and where to read how it is meant."""
    text = " ".join(error.format_message().split())
    text += "" if text.endswith((".", "?")) else "."
    context = getattr(error, "ctx", None)
    return f"{text} See `{context.command_path} --help`." if context else text


def _outside(error: OSError) -> str:
    """What the system refused, and where."""
    if error.filename is None or not error.strerror:
        return str(error)
    return f"{error.filename}: {error.strerror}. Check the path and its permissions."


def _fail(text: str, code: int) -> None:
    click.echo(f"pledgewatch: {text}", err=True)
    sys.exit(code)
