#!/usr/bin/python3
"""The page in a real browser (page.mjs), on a daemon that was told of reports of every kind, and on one that was told nothing.  Prints TAP."""
import json
import os
import shutil
import subprocess
import sys

import stage

FETCHED = os.path.join(stage.ROOT, "build", "browser", ".whole")


def missing():
    """Why this machine cannot have a browser that is driven; None: it can."""
    for tool in (os.environ.get("CHROMIUM", "/usr/bin/chromium"), "node", "kcat"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    if not os.path.exists(FETCHED):
        if shutil.which("npm") is None:
            return "npm is not installed"
        made = subprocess.run(["make", "--no-print-directory", "-C", stage.ROOT, "browser"], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            return "`make browser` cannot fetch what drives it: " + (made.stdout + made.stderr).strip().splitlines()[-1]
    return None


def main():
    why = missing()
    if why:
        print(f"1..1\nok 1 - the page in a browser # SKIP {why}")
        return 0
    now = stage.documents.now()
    with stage.Shown(stage.messages(now)) as full, stage.Shown([]) as empty:
        alerts = {incident: full.alert_about(incident) for incident in stage.NAMED + stage.HOSTILE}
        full.tell(stage.noted(now, alerts["BREACH-1"]))
        known = {"alerts": alerts, "full": full.address, "empty": empty.address, "canaries": stage.CANARIES, "hostile": stage.HOSTILE}
        return subprocess.run(["node", os.path.join(stage.ROOT, "tests", "browser", "page.mjs"), json.dumps(known)], check=False).returncode


sys.exit(main())
