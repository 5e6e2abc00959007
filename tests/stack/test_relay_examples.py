"""What infra/relay tells a reader to copy: a manifest for Kubernetes, targets, parameters."""

import json
import os
import re
import subprocess
import unittest

import yaml

from infra.local.build import DEFAULT_PROFILE, RELAY, ROOT, executables
from infra.local.emulator import REGION
from relay_stack import source

FOLDER = ROOT / "infra" / "relay"
GUIDE = (FOLDER / "README.md").read_text(encoding="utf-8")
MANIFEST = list(yaml.safe_load_all((FOLDER / "examples" / "kubernetes.yaml").read_text(encoding="utf-8")))
SECONDS = 10


class Examples(unittest.TestCase):
    def test_the_relay_takes_the_targets_of_manifest_and_walkthrough(self):
        (of_manifest,) = (each["data"]["targets.json"] for each in MANIFEST if "targets.json" in each.get("data", {}))
        of_walkthrough = [text for text in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL) if '"targets"' in text]
        self.assertTrue(of_walkthrough)
        for text in (of_manifest, *of_walkthrough):
            with self.subTest(text):
                self.assertEqual(problems(text), [])

    def test_the_relay_refuses_wrong_targets(self):
        self.assertEqual(len(problems('{"targets": [{"url": "https://a.example", "preset": "argo"}]}')), 1)

    def test_the_manifest_runs_one_relay_that_may_finish(self):
        (deployment,) = of_kind("Deployment")
        self.assertEqual((deployment["spec"]["replicas"], deployment["spec"]["strategy"]), (1, {"type": "Recreate"}))
        pod = deployment["spec"]["template"]["spec"]
        self.assertEqual(pod["terminationGracePeriodSeconds"], 45)
        self.assertEqual([pod["serviceAccountName"]], [each["metadata"]["name"] for each in of_kind("ServiceAccount")])

    def test_the_files_that_the_manifest_names_are_mounted(self):
        pod = of_kind("Deployment")[0]["spec"]["template"]["spec"]
        (relay,) = pod["containers"]
        files = {each["metadata"]["name"]: each["data"] for each in of_kind("ConfigMap")}
        volumes = {each["name"]: files[each["configMap"]["name"]] for each in pod["volumes"]}
        mounted = {f"{mount['mountPath']}/{file}" for mount in relay["volumeMounts"] for file in volumes[mount["name"]]}
        variables = {each["name"]: each["value"] for each in relay["env"]}
        targets = json.loads(files["hookpost-relay"]["targets.json"])["targets"]
        bundles = {target["caBundle"] for target in targets if "caBundle" in target}
        self.assertEqual(mounted, {variables["HOOKPOST_RELAY_CONFIG_FILE"], *bundles})

    def test_every_parameter_is_explained(self):
        missing = [name for name in source()["Parameters"] if f"`{name}`" not in GUIDE]
        self.assertEqual(missing, [])

    def test_the_walkthrough_names_parameters_that_exist(self):
        (command,) = re.findall(r"--template-file infra/relay/template.yaml \\\n.*?```", GUIDE, re.DOTALL)
        named = re.findall(r"^ +\"?([A-Z]\w+)=", command, re.MULTILINE)
        required = [name for name, each in source()["Parameters"].items() if "Default" not in each]
        self.assertLessEqual(set(required), set(named))
        self.assertLessEqual(set(named), set(source()["Parameters"]))


def of_kind(kind: str) -> list[dict]:
    return [each for each in MANIFEST if each["kind"] == kind]


def problems(targets: str) -> list[str]:
    """What the relay has against the targets, beside the files and the queue that are not there."""
    relay = executables(["cargo", "build"], "--workspace", "--bin", RELAY, "--profile", DEFAULT_PROFILE)[RELAY]
    settings = {"AWS_REGION": REGION, "HOOKPOST_RELAY_CONFIG": targets, "AWS_CONFIG_FILE": os.devnull}
    done = subprocess.run([relay], env=settings, capture_output=True, text=True, timeout=SECONDS, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    (found,) = (line["problems"] for line in lines if line["event"] == "configuration_invalid")
    return [
        each for each in found if "DELIVERIES_QUEUE_URL` is missing" not in each and ".pem cannot be read" not in each
    ]


if __name__ == "__main__":
    unittest.main()
