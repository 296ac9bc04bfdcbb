"""Judges e-invoices with published rules compiled to XSLT, run by SaxonC, and prints how long it took.

Usage: judge.py LIST STYLESHEET...     LIST names a file a line
"""

import json
import resource
import sys
import time

import saxonche


def main() -> None:
    listed, *stylesheets = sys.argv[1:]
    with open(listed, encoding="utf-8") as lines:
        files = lines.read().splitlines()
    with saxonche.PySaxonProcessor(license=False) as processor:
        xslt = processor.new_xslt30_processor()
        rules = [xslt.compile_stylesheet(stylesheet_file=path) for path in stylesheets]
        # The first document warms up, as it does on the other side.
        judge(processor, rules, files[0])
        start = time.perf_counter_ns()
        for path in files:
            judge(processor, rules, path)
        micros = (time.perf_counter_ns() - start) // 1_000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"count": len(files), "micros": micros, "peak_kib": peak}))


def judge(processor, rules, path: str) -> None:
    # Parsed once for all rule sets.
    document = processor.parse_xml(xml_file_name=path)
    for rule_set in rules:
        try:
            rule_set.transform_to_string(xdm_node=document)
        except saxonche.PySaxonApiError:
            # Some documents make the published rules stop with an error; that is their verdict.
            pass


if __name__ == "__main__":
    main()
