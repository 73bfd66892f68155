"""Chooses the reactor before pytest-twisted looks for one, and keeps property tests steady."""

from __future__ import annotations

import importlib
import os
import sys

from hypothesis import HealthCheck, settings

_reactor = os.environ.get("NODECOMPAT_TEST_REACTOR")
if _reactor and "twisted.internet.reactor" not in sys.modules:
    importlib.import_module(f"twisted.internet.{_reactor}reactor").install()

# No deadline: under load a single example may take long without anything being wrong.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
