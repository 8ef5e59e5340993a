#!/usr/bin/env python3
"""Exits 0 where FILE is a FeatureCollection of Points and LineStrings by RFC 7946 (JSON Schema, and the rules it cannot say)."""
import json, sys
import jsonschema

position = {"type": "array", "minItems": 2, "maxItems": 2, "items": [
    {"type": "number", "minimum": -180, "maximum": 180}, {"type": "number", "minimum": -90, "maximum": 90}]}
def geometry(kind, coordinates):
    return {"type": "object", "required": ["type", "coordinates"], "additionalProperties": False,
            "properties": {"type": {"const": kind}, "coordinates": coordinates}}
schema = {
    "type": "object", "required": ["type", "features"], "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": {
            "type": "object", "required": ["type", "geometry", "properties"], "not": {"required": ["coordinates"]},
            "properties": {
                "type": {"const": "Feature"},
                "geometry": {"oneOf": [geometry("Point", position),
                                       geometry("LineString", {"type": "array", "minItems": 2, "items": position})]},
                "properties": {"type": "object", "required": ["deviceId", "trackId", "seq", "accuracy", "confidence",
                                                              "errorReason", "radio"]}}}}}}

def unique(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"a name twice: {keys}"
    return dict(pairs)

def refuse(constant): raise ValueError(constant)

with open(sys.argv[1], encoding="utf-8") as f:
    document = json.load(f, object_pairs_hook=unique, parse_constant=refuse)
jsonschema.Draft7Validator(schema).validate(document)
for feature in document["features"]:
    if feature["geometry"]["type"] != "LineString": continue
    length = len(feature["geometry"]["coordinates"])
    for name in ("coordTimes", "seq", "accuracy", "confidence", "errorReason", "radio"):
        assert len(feature["properties"][name]) == length, name
