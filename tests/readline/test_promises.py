"""readline/promises; more is compared with Node's in tests/comparisons/readline_promises.py."""

from __future__ import annotations

import pytest
import pytest_twisted

from nodecompat import readline
from nodecompat.abort import AbortController
from nodecompat.errors import ERR_USE_AFTER_CLOSE, AbortError
from nodecompat.stream import PassThrough

check = pytest_twisted.ensureDeferred


@check
async def testADialogue() -> None:
    output = PassThrough()
    rl = readline.promises.createInterface(input=PassThrough(), output=output)
    name = rl.question("Name? ")
    rl.input.write("Ada\nleft over\n")
    assert (await name, output.read()) == ("Ada", b"Name? ")


@check
async def testAQuestionThatIsTakenBack() -> None:
    rl = readline.promises.createInterface(PassThrough())
    controller = AbortController()
    answer = rl.question("?", signal=controller.signal)
    controller.abort()
    with pytest.raises(AbortError):
        await answer
    lines: list[str] = []
    rl.on("line", lines.append)
    rl.input.write("x\n")
    assert lines == ["x"]


@check
async def testACloseLetsNobodyAsk() -> None:
    rl = readline.promises.createInterface(PassThrough())
    rl.close()
    with pytest.raises(ERR_USE_AFTER_CLOSE):
        await rl.question("?")
