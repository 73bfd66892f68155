"""`process.env`: the environment by subscript and by attribute, as in Node."""

from __future__ import annotations

import copy
import os
import pickle
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from nodecompat.environment import env
from nodecompat.records import OpenRecord
from nodecompat.symbols import Symbol


@pytest.fixture(autouse=True)
def variables() -> Iterator[None]:
    with mock.patch.dict(os.environ, {"PORT": "8000", "EMPTY": ""}, clear=True):
        yield


def testAVariableIsASubscriptAndAnAttribute() -> None:
    assert (env["PORT"], env.PORT, env.get("PORT"), env["EMPTY"]) == ("8000", "8000", "8000", "")


def testWhatIsNotSetIsNone() -> None:
    assert (env["NOWHERE"], env.NOWHERE, env.get("NOWHERE", 5)) == (None, None, 5)
    assert ("NOWHERE" in env, "PORT" in env) == (False, True)
    assert (list(env), len(env)) == (list(os.environ), len(os.environ))


@pytest.mark.parametrize(
    "value, held",
    [(5, "5"), (None, "undefined"), (True, "true"), ({}, "[object Object]"), ("x\0y", "x"), ("", "")],
)
def testAValueIsText(value: Any, held: str) -> None:
    env.NAME = value
    assert env["NAME"] == os.environ["NAME"] == held
    env[5] = value
    assert env["5"] == env[5] == held


@pytest.mark.parametrize("name", ["", "a=b", "\0x"])
def testWhatNoSystemCanHoldIsLeftOut(name: str) -> None:
    before = len(env)
    env[name] = "x"
    assert (env[name], len(env)) == (None, before)


def testASymbolIsNoText() -> None:
    with pytest.raises(TypeError, match="Cannot convert a Symbol value to a string"):
        env["x"] = Symbol("x")


def testDeletingIsNoError() -> None:
    del env["PORT"]
    del env["PORT"], env.NOWHERE
    assert (env.PORT, "PORT" in os.environ) == (None, False)


def testMethodsAreADicts() -> None:
    assert env == dict(os.environ) == {**env} == dict(env.items())
    assert env.pop("PORT") == "8000"
    assert env.pop("PORT", 1) == 1
    with pytest.raises(KeyError):
        env.pop("PORT")
    assert (env.setdefault("A", 1), env.setdefault("A", 2)) == ("1", "1")
    env.update(B=2)
    assert (os.environ["B"], env | {"C": "3"}) == ("2", {**os.environ, "C": "3"})
    assert ({"C": "3", "A": "0"} | env, repr(env)) == ({**os.environ, "C": "3"}, repr(dict(os.environ)))


@pytest.mark.parametrize(
    "make",
    [lambda: env.copy(), lambda: copy.copy(env), lambda: copy.deepcopy(env), lambda: pickle.loads(pickle.dumps(env))],
)
def testACopyIsADictOfItsOwn(make: Any) -> None:
    made = make()
    made["PORT"] = "1"
    assert (type(made), made["NOWHERE"], made["EMPTY"], env.PORT) == (OpenRecord, None, "", "8000")


def testPythonsOwnNamesAreNoVariables() -> None:
    assert not hasattr(env, "__await__")
