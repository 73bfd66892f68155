from oracle import evaluate, needsNode

from nodecompat.http.wire.status import METHODS, STATUS_CODES


def testKnowsTheUsualOnes():
    assert STATUS_CODES[404] == "Not Found"
    assert STATUS_CODES[418] == "I'm a Teapot"
    assert {"GET", "M-SEARCH", "QUERY"} <= set(METHODS)


@needsNode
def testTablesAreNodes():
    facts = evaluate("console.log(JSON.stringify([http.METHODS, http.STATUS_CODES]))")
    assert facts == [METHODS, {str(code): text for code, text in STATUS_CODES.items()}]
