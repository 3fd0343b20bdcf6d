"""`manage.py worked_cases FILE`: are the rules computed exactly as in the worked cases?"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpi.presets import LOCAL_QUARTER, preset
from kpi.scheme import parse_scheme
from workflows.worked_cases import evaluate


class Command(BaseCommand):
    help = "Evaluate worked cases, print expected and computed, exit 1 on any difference."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cases = json.loads(options["file"].read_text(encoding="utf-8"))["cases"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"cannot read the cases of {options['file']}: {error}")
        differing = []
        count = 0
        for outcome in evaluate(cases, parse_scheme(preset(LOCAL_QUARTER))):
            count += 1
            self.stdout.write(f"{'ok  ' if outcome.agrees else 'DIFF'} {outcome.id} ({outcome.family})")
            self.stdout.write(f"     expected {json.dumps(outcome.expected, ensure_ascii=False)}")
            self.stdout.write(f"     computed {json.dumps(outcome.computed, ensure_ascii=False)}")
            if not outcome.agrees:
                differing.append(outcome.id)
        self.stdout.write(f"{count} cases, {len(differing)} differ")
        if differing:
            raise CommandError(f"different: {', '.join(differing)}", returncode=1)
        if not count:
            raise CommandError("the file holds no case")
