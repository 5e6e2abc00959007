"""The generated files, and the parts of others between two marks."""

import json
from pathlib import Path

from infra.generate_terraform.outputs import outputs
from infra.generate_terraform.readme import tables
from infra.generate_terraform.variables import Variable, parameters, variables
from infra.local.build import FUNCTIONS, ROOT
from infra.local.template import load
from infra.package.plain import plain_for_any_account
from infra.package.template import from_a_bucket
from infra.package.zips import GLIBC, TARGETS, Zip

MODULE = ROOT / "infra" / "terraform"
# Folders whose README has tables.
DOCUMENTED = (MODULE, MODULE / "modules" / "integration", *sorted((MODULE / "examples").iterdir()))
GIVEN_BY_MODULE = ("CodeBucket", "CodePrefix", "Release")
VARIABLES = ("# BEGIN PARAMETERS OF THE TEMPLATE\n", "# END PARAMETERS OF THE TEMPLATE\n")
# terraform-docs writes between the same marks.
TABLES = ("<!-- BEGIN_TF_DOCS -->\n", "<!-- END_TF_DOCS -->\n")
# `terraform test` reads it in place of a release.
TEST_RELEASE = MODULE / "tests" / "release" / "template-plain.json"


def generated() -> dict[Path, str]:
    """Each file with generated parts, with its whole text."""
    template = deployed()
    mentioned = frozenset({*template["Parameters"], *template["Outputs"]})
    of_template = [Variable(name, each, mentioned) for name, each in template["Parameters"].items()]
    given = [Variable(name, each, mentioned) for name, each in template["Outputs"].items()]
    names = [*GIVEN_BY_MODULE, *template["Parameters"]]
    own = MODULE / "variables.tf"
    files = {
        own: between(own, VARIABLES, "\n" + variables(of_template) + "\n"),
        MODULE / "parameters.tf": parameters(of_template),
        MODULE / "outputs.tf": outputs(given),
        TEST_RELEASE: json.dumps({"Parameters": {name: {"Type": "String"} for name in names}}, indent=2) + "\n",
    }
    for folder in DOCUMENTED:
        readme = folder / "README.md"
        files[readme] = between(readme, TABLES, tables(folder, files))
    return files


def deployed() -> dict:
    """The template that a release deploys, without the parameters to which the module itself gives values."""
    # What is in the zips does not matter to parameters and outputs.
    zips = [Zip(function, architecture, 0, 0, "0" * 64, GLIBC) for architecture in TARGETS for function in FUNCTIONS]
    template = plain_for_any_account(from_a_bucket(load(), zips))
    template["Parameters"] = {
        name: parameter for name, parameter in template["Parameters"].items() if name not in GIVEN_BY_MODULE
    }
    return template


def between(file: Path, marks: tuple[str, str], text: str) -> str:
    """The text of a file with another text between two marks."""
    before, _, rest = file.read_text(encoding="utf-8").partition(marks[0])
    _, _, after = rest.partition(marks[1])
    return before + marks[0] + text + marks[1] + after
