#!/usr/bin/python3
"""Reads Prometheus text from a file with Prometheus' own parser and checks its conventions. Prints the families' names."""
import sys

from prometheus_client.parser import text_string_to_metric_families

text = open(sys.argv[1], encoding="utf-8").read()
assert text.endswith("\n"), "the last line has no end"
names = set()
for family in text_string_to_metric_families(text):
    assert family.documentation, f"{family.name} has no HELP"
    assert family.type in ("counter", "gauge", "histogram"), f"{family.name} has no TYPE"
    assert family.name not in names, f"{family.name} comes twice"
    names.add(family.name)
    assert family.samples, f"{family.name} has no series"
    series = [(s.name, tuple(sorted(s.labels.items()))) for s in family.samples]
    assert len(series) == len(set(series)), f"{family.name} has a series twice"
    for sample in family.samples:
        if family.type == "counter":
            assert sample.name == family.name + "_total", f"{sample.name}: counters end in _total"
            assert sample.value >= 0
        for value in sample.labels.values():
            assert sum(c.isdigit() for c in value) < 7, f"{sample.name} has a long number in a label"
    if family.type == "histogram":
        buckets = [s for s in family.samples if s.name.endswith("_bucket")]
        assert buckets[-1].labels["le"] == "+Inf"
        assert [b.value for b in buckets] == sorted(b.value for b in buckets), "buckets count up to their bound"
        assert [s.value for s in family.samples if s.name.endswith("_count")] == [buckets[-1].value]
assert text.count("# TYPE ") == len(names)
print(*sorted(names))
