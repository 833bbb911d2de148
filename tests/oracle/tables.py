"""The tables of config/tables, as plain dictionaries; what their columns mean stands in their first lines."""
import csv
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "config", "tables")
CATEGORIES = ("RAPE", "SEXUAL", "VAP", "OTHER")
UNRANKED = 10 ** 6


def rows(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def yes(cell):
    return cell == "yes"


def by_category(row):
    return {category: int(row[category]) for category in CATEGORIES}


def span(cell):
    return int(cell[:-1]) * {"m": 60_000, "h": 3_600_000, "d": 86_400_000}[cell[-1]]


CODES = {row["code"]: {"class": row["class"], "also": row["also"].split(), "rank": int(row["rank"] or UNRANKED),
                       "never_absorbed": yes(row["never_absorbed"]), "breach_of_order": yes(row["breach_of_order"]),
                       "phrases": row["phrases"].split()} for row in rows("offence_codes.csv")}
TOLD_CODES = {}                                         # of each class those that words can disclose
for code in CODES.values():
    TOLD_CODES.setdefault(code["class"], []).extend([code] if code["phrases"] else [])
OFFENCES = {row["class"]: {"class": row["class"], "code": row["code"], "category": row["category"], "family": row["family"],
                           "rank": int(row["rank"] or UNRANKED), "sentence": int(row["sentence"] or 0),
                           "state": yes(row["state"]), "conduct": yes(row["conduct"]), "additional": yes(row["additional"]),
                           "never_absorbed": yes(row["never_absorbed"]), "due": yes(row["due"]), "counts": row["counts"], "order": number}
            for number, row in enumerate(rows("offences.csv"))}
DISPOSALS = {row["reason"]: {"needs": row["needs"].split(), "sensitive": row["needs_if_sensitive"].split(),
                             "hurt": row["needs_if_hurt"].split(), "no_endorser": row["endorser_never"].split(), "no_decider": row["decider_never"].split(),
                             "disorder": row["needs_if_disorder"].split(), "marks": row["marks"].split(), "clears": yes(row["clears"]),
                             "caller_never": row["caller_never"].split(), "families": row["families"].split(),
                             "rationale_given": yes(row["rationale_given"])} for row in rows("disposals.csv")}
STAGES = {row["risk"]: {stage: span(row[stage]) for stage in ("notice", "warning", "urgent", "breach")} for row in rows("stages.csv")}
INCIDENT_CODES = {row["code"]: {"opened": by_category(row), "closed": int(row["closed"] or 0), "marks": row["marks"].split()}
                  for row in rows("incident_codes.csv")}
QUALIFIERS = {row["qualifier"]: by_category(row) for row in rows("qualifiers.csv")}
CALLERS = {row["caller"]: by_category(row) for row in rows("callers.csv")}
OPENINGS = {}
for row in rows("openings.csv"):
    OPENINGS.setdefault(row["code"], {})[row["class"]] = int(row["weight"])
DISCLOSURES = {}
for row in rows("disclosures.csv"):
    DISCLOSURES.setdefault(row["phrase"], []).append(
        {"negated": row["meant"] == "negated", "with": row["with"].split(), "without": row["without"],
         "class": row["class"], "category": row["category"].split(), "weight": int(row["weight"])})
CLASSES = sorted({row["class"] for some in DISCLOSURES.values() for row in some if row["class"]}
                 | {klass for some in OPENINGS.values() for klass in some})
PHRASE_MARKS = {}
for row in rows("phrases.csv"):
    PHRASE_MARKS.setdefault(row["phrase"], set()).update(row["marks"].split())
MATCH = {(row["field"], row["level"]): int(row["weight"]) for row in rows("match.csv")}
TERMS = {}
for row in rows("terms.csv"):
    TERMS.setdefault(row["term"], set()).add(row["watch"])
WATCHES = [{"watch": row["watch"], "any": set(row["any"].split()), "families": set(row["families"].split()), "p": int(row["p"] or 50),
            "termed": any(row["watch"] in watches for watches in TERMS.values()), "all": set(row["all"].split()), "until": set(row["until"].split()),
            "beyond": span(row["beyond"]) if row["beyond"] else 0, "shown": row["shown"], "risk": row["risk"]}
           for row in rows("watches.csv") if yes(row["on"])]
