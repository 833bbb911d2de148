"""How common surnames are (frequencies.csv), by the sound of each; a name is known here by the token that a message gave it."""
import math

import tables

CODES = {letter: code for code, letters in (("1", "bfpv"), ("2", "cgjkqsxz"), ("3", "dt"), ("4", "l"), ("5", "mn"), ("6", "r")) for letter in letters}


def soundex(surname):
    """As the US National Archives reckon it: h and w do not part equal codes, vowels do."""
    letters = [letter for letter in surname.lower() if letter.isalpha()]
    sound, last = letters[0], CODES.get(letters[0])
    for letter in letters[1:]:
        code = CODES.get(letter)
        if code and code != last:
            sound += code
        if letter not in "hw":
            last = code
    return (sound + "000")[:4]


def lowered():
    """By sound, how much less a weight is."""
    any_two, sums = 0, {}
    for row in tables.rows("frequencies.csv"):
        if row["value"] == "ANY":
            any_two = int(row["per_million"]) if row["kind"] == "surname" else any_two
            continue
        if row["kind"] != "surname":
            raise NotImplementedError("frequencies of places are not reckoned here")
        sums[soundex(row["value"])] = sums.get(soundex(row["value"]), 0) + int(row["per_million"])
    return {sound: -math.floor(1000 * math.log2(much / any_two)) for sound, much in sums.items() if much > any_two}


LESS, BY_TOKEN = lowered(), {}


def learn(said, known):
    """Which token stands for whose sound."""
    named = [person for person in said.get("persons") or [] if person]
    for person, tokens in zip(named, known.get("persons", []) if known else []):
        if person.get("name") and tokens["phonetic"]:
            BY_TOKEN[tokens["phonetic"]] = LESS.get(soundex(person["name"].split()[-1]), 0)


def less(person):
    return BY_TOKEN.get(person["phonetic"], 0)
