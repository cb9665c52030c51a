"""The ChannelAdvisor twin: `ChannelAdvisorSandbox(state, settings)`."""

from __future__ import annotations

from engine.sandbox.channeladvisor.settings import ChannelAdvisorSettings
from engine.sandbox.channeladvisor.twin import ChannelAdvisorSandbox

__all__ = ["ChannelAdvisorSandbox", "ChannelAdvisorSettings"]
