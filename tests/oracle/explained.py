"""Why a class is thought likely: the addends of its log-odds, each a row of a table, the heaviest first."""
import past
import tables
from disclosed import meanings, phrase_adds

SHOWN = 24


def of_codes(incident, klass):
    category = tables.OFFENCES[klass]["category"]
    opened, closed = (tables.INCIDENT_CODES.get(incident[field]) for field in ("opened_as", "closed_as"))
    caller = incident["caller_role"] if incident["caller_role"] in tables.CALLERS else "unknown"
    yield "prior:any", tables.INCIDENT_CODES["ANY"]["opened"][category]
    if opened:
        yield "opened:" + incident["opened_as"], opened["opened"][category] + tables.OPENINGS.get(incident["opened_as"], {}).get(klass, 0)
    if closed:
        yield "closed:" + incident["closed_as"], closed["closed"]
    for word, weights in tables.QUALIFIERS.items():
        if word in incident["qualifiers"]:
            yield "qualifier:" + word, weights[category]
    yield "caller:" + caller, tables.CALLERS[caller][category]


def of_phrases(klass, entries):
    """In the order of the log, each once, with the first entry that says it as strongly as any."""
    meant, told = meanings(entries), set()
    for entry in entries:
        for finding in entry["findings"]:
            phrase = finding["phrase"]
            if phrase not in told and finding["meant"] == meant[phrase]:
                told.add(phrase)
                yield entry["seq"], phrase, phrase_adds(klass, phrase, meant), meant[phrase] == "negated"


def evidence(incident, klass, entries):
    addends = [{"rule": rule, "weight": weight} for rule, weight in of_codes(incident, klass)]
    addends += [{"rule": "history:" + rule["name"], "weight": rule["weight"], "times": rule["times"], "days": rule["days"]}
                for rule in past.holding(incident, meanings(entries))
                if rule["class"] == klass or tables.OFFENCES[klass]["category"] in rule["category"]]
    addends += [{"rule": "phrase:" + phrase, "entry": seq, "weight": weight, "negated": negated}
                for seq, phrase, weight, negated in of_phrases(klass, entries)]
    heaviest = sorted((addend for addend in addends if addend["weight"]), key=lambda addend: -abs(addend["weight"]))[:SHOWN]
    return [dict(addend, weight=addend["weight"] / 1000) for addend in heaviest]
