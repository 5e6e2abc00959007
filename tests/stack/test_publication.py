"""What the release workflow publishes for a tag."""

import os
import subprocess
import tarfile
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from infra.local.build import ROOT
from infra.package import publication
from infra.package.publication import notes, publish

CHANGELOG = """# Changelog

## [Unreleased]

### Added

- Later.

## [1.2.3] - 2026-12-01

### Added

- This.

## [1.2.2] - 2026-11-01

- Before.
"""


class Publication(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.packages, self.folder = Path(folder.name) / "packages", Path(folder.name) / "publication"
        package = self.packages / "hookpost-1.2.3-0a1b2c3d"
        (package / "infra").mkdir(parents=True)
        for file in ("template-plain.json", "SHA256SUMS", "infra/README.md"):
            (package / file).write_text(file)
        changelog = Path(folder.name) / "CHANGELOG.md"
        changelog.write_text(CHANGELOG)
        patch = unittest.mock.patch.object(publication, "CHANGELOG", changelog)
        patch.start()
        self.addCleanup(patch.stop)

    def test_the_files_an_archive_of_all_and_the_notes_are_published(self):
        self.assertIsNone(publish("v1.2.3", self.packages, self.folder))
        files = {file.name for file in (self.folder / "files").iterdir()}
        self.assertEqual(files, {"template-plain.json", "SHA256SUMS", "hookpost-1.2.3-0a1b2c3d.tar.gz"})
        with tarfile.open(self.folder / "files" / "hookpost-1.2.3-0a1b2c3d.tar.gz") as archive:
            self.assertIn("hookpost-1.2.3-0a1b2c3d/infra/README.md", archive.getnames())
        self.assertEqual((self.folder / "notes.md").read_text(), "### Added\n\n- This.\n")

    def test_the_same_package_makes_the_same_archive(self):
        (package,) = self.packages.iterdir()
        one, two = (self.packages.parent / name for name in ("one.tar.gz", "two.tar.gz"))
        publication.archive(package, one)
        (package / "SHA256SUMS").touch()
        publication.archive(package, two)
        self.assertEqual(one.read_bytes(), two.read_bytes())

    def test_a_tag_that_is_not_the_version_is_refused(self):
        self.assertRegex(publish("v1.2.4", self.packages, self.folder), "not the version in Cargo.toml")
        self.assertFalse(self.folder.exists())

    def test_a_section_without_a_day_is_refused(self):
        publication.CHANGELOG.write_text(CHANGELOG.replace("2026-12-01", "unreleased"))
        self.assertRegex(publish("v1.2.3", self.packages, self.folder), "no section")

    def test_a_version_is_not_mistaken_for_another(self):
        self.assertEqual(notes(CHANGELOG.replace("[1.2.3]", "[112.3]"), "1.2.3"), "")
        self.assertEqual(notes(CHANGELOG, "1.2.2"), "- Before.\n")


class Workflow(unittest.TestCase):
    def setUp(self):
        text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
        self.jobs = yaml_parse(text)["jobs"]

    def test_nothing_is_built_of_a_commit_that_ci_has_not_tested(self):
        self.assertEqual((self.jobs["build"]["needs"], self.jobs["publish"]["needs"]), ("tested", "build"))
        (step,) = self.jobs["tested"]["steps"]
        for answer, status in {"echo 1": 0, "echo 0": 1, "exit 4": 4}.items():
            with self.subTest(answer), tempfile.TemporaryDirectory() as folder:
                gh = Path(folder) / "gh"
                gh.write_text(f'#!/bin/sh\necho "$@" > {folder}/arguments\n{answer}\n')
                gh.chmod(0o755)
                environment = {"PATH": f"{folder}:{os.environ['PATH']}", "GITHUB_SHA": "0a1b2c3d"}
                done = subprocess.run(
                    ["bash", "-e", "-c", step["run"]], env=environment, capture_output=True, check=False
                )
                self.assertEqual(done.returncode, status, done.stderr)
                arguments = (Path(folder) / "arguments").read_text()
                for part in "--workflow ci.yml", "--branch main", "--commit 0a1b2c3d", "--status success":
                    self.assertIn(part, arguments)


if __name__ == "__main__":
    unittest.main()
