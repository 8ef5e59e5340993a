#!/usr/bin/env python3
"""Runs the commands of a walk-through as they stand, in one bash in the current folder, and compares what each prints with the
answer shown below it: the same members, the same types, the same words; numbers, ids and cursors may differ.

    walkthrough_check.py DOCUMENT LEAST

LEAST: how many answers it shows at least, so that none gets lost unseen.
"""
import json, os, re, signal, subprocess, sys

MARK = "--- end of block ---"
FREE_TEXT = {"trackId", "id", "nextCursor", "text"}
# What a position comes to is the business of other tests.
ESTIMATED = {"confidence", "errorReason"}


def blocks(path):
    """(command, answer or None), in order."""
    with open(path, encoding="utf-8") as file:
        found = re.findall(r"^```(\w+)\n(.*?)^```$", file.read(), re.M | re.S)
    pairs = []
    for language, text in found:
        if language == "bash": pairs.append([text, None])
        elif language == "json": pairs[-1][1] = json.loads(text)
        else: raise AssertionError(f"a block of {language}")
    return pairs


def differences(shown, got, where="answer", name=""):
    if isinstance(shown, bool) or isinstance(got, bool) or type(shown) is not type(got):
        numbers = isinstance(shown, (int, float)) and isinstance(got, (int, float))
        return [] if numbers or shown == got else [f"{where}: {got!r}, shown {shown!r}"]
    if isinstance(shown, dict):
        if list(shown) != list(got): return [f"{where}: members {list(got)}, shown {list(shown)}"]
        return [d for key in shown for d in differences(shown[key], got[key], f"{where}.{key}", key)]
    if name in ESTIMATED: return []
    if isinstance(shown, list):
        if len(shown) != len(got): return [f"{where}: {len(got)} of them, shown {len(shown)}"]
        return [d for i, (a, b) in enumerate(zip(shown, got)) for d in differences(a, b, f"{where}[{i}]")]
    if name in ("accepted", "dropped", "rejected", "seq"): return [] if shown == got else [f"{where}: {got}, shown {shown}"]
    if isinstance(shown, str) and name not in FREE_TEXT and shown != got: return [f"{where}: {got!r}, shown {shown!r}"]
    return []


pairs = blocks(sys.argv[1])
script = "set -eu\n" + "".join(f"{command}echo; echo '{MARK}'\n" for command, _ in pairs)
shell = subprocess.Popen(["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
try:
    told, complaints = shell.communicate(timeout=300)
finally:
    try: os.killpg(shell.pid, signal.SIGKILL)  # a daemon that a failed command has left behind
    except ProcessLookupError: pass
outputs = told.split(MARK)[:-1]
failures = []
for (command, shown), output in zip(pairs, outputs):
    if shown is None: continue
    try: failures += [f"{command}  {d}" for d in differences(shown, json.loads(output))]
    except json.JSONDecodeError: failures.append(f"{command}  is no JSON: {output!r}")
if shell.returncode != 0: failures.append(f"ended with {shell.returncode} after {len(outputs)} of {len(pairs)} blocks\n{complaints}")
answers = sum(shown is not None for _, shown in pairs)
assert answers >= int(sys.argv[2]), f"the document has lost its answers: {answers} are left"
print("\n".join(failures) or f"{len(pairs)} commands ran, {answers} answers are as shown")
sys.exit(bool(failures))
