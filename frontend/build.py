"""Builds the rich editor of the pages into the package when a wheel is built, from what the lock file names.

Without npm, or without what it needs, the wheel has the plain editor; everything else is the same.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
MADE = HERE.parent / "glutkg" / "pages" / "assets" / "editor.js"
SOURCES = ("editor.js", "package.json", "package-lock.json")


class EditorHook(BuildHookInterface):  # type: ignore[type-arg, misc]
    """Runs npm before the files of a wheel are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the editor, if its sources are newer than it."""
        if MADE.is_file() and all((HERE / name).stat().st_mtime <= MADE.stat().st_mtime for name in SOURCES):
            return
        npm = shutil.which("npm")
        if npm is None:
            self.app.display_warning("npm is not there: the wheel has the plain SPARQL editor.")
            return
        for words in (["ci", "--no-audit", "--no-fund"], ["run", "--silent", "build"]):
            done = subprocess.run([npm, *words], cwd=HERE, check=False, capture_output=True, text=True, timeout=300)
            if done.returncode:
                self.app.display_warning(
                    f"npm {words[0]} failed: the wheel has the plain SPARQL editor.\n{done.stderr}"
                )
                return
