"""The configuration: what may stand in it, where it comes from, how its faults are told."""

from bot.config.load import ConfigError, load_config
from bot.config.models import Config

__all__ = ["Config", "ConfigError", "load_config"]
