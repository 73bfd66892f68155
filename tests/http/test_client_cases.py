"""The order of events around client requests, case by case as Node 26 was seen to have it."""

import pytest
from httpclientcases import CASES, play, recorded

NODE = recorded()


@pytest.mark.parametrize("name", CASES)
def testCase(name):
    assert play(name) == NODE[name]
