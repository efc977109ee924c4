"""`python tests/routing/measure.py`: how well hard requests are told from everyday ones, and which
of those that signals may be tuned on are told wrongly.
"""

from deskmate.evaluation.labelled import labelled, measure, parts


def main() -> None:
    for name, requests in parts().items():
        figures = measure(requests)
        print(
            f"{name:8} {figures.hard} hard, {figures.everyday} everyday: precision "
            f"{figures.precision:.0%}, recall {figures.recall:.0%}, false alarms {figures.alarms}"
        )
    for one in parts()["tuned"]:
        route = one.route()
        if (route.kind == "ask") != one.hard:
            wrong = "missed" if one.hard else "false alarm"
            print(f"{wrong}: {one.file}: {one.action} “{one.instruction}” {route.score}")
    print(f"{len(labelled())} requests.")


if __name__ == "__main__":
    main()
