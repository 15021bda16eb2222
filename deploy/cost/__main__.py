"""`make cost`: print what an order costs. With --accept, write it down for the test, and in the guide.

PYTHONPATH=deploy python -m cost [--region us-east-1] [--accept]
"""

import argparse
import sys

from cost import guide, reference
from cost.prices import REGION
from cost.report import Report
from cost.stack import TEMPLATE


def main() -> None:
    options = _options()
    if options.accept and options.region != REGION:
        raise SystemExit(f"The test and the guide have the prices of {REGION}: accept without REGION.")
    try:
        report = Report.of(TEMPLATE, options.region)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    print(report)
    if options.accept:
        reference.accept(report)
        guide.write(str(report))
        return
    for complaint in reference.complaints(reference.read(), reference.of(report)) if options.region == REGION else ():
        print(f"\n{complaint}", file=sys.stderr)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compute what orders cost on AWS.")
    parser.add_argument("--region", default=REGION, help="whose prices to take (eu-west-1)")
    parser.add_argument("--accept", action="store_true", help="accept the cost of an order as it is now")
    return parser.parse_args()


if __name__ == "__main__":
    main()
