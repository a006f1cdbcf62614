"""deploy/ fits the code: names, routes, addresses; no secret in it, and nothing open that should be closed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from nose_twitch.rasa_parts.channels.web_files import STATIC
from scripts.train import INGREDIENTS
from tests.consistency.conftest import ROOT, load_yaml
from tests.emulators.servers import find_program
from tests.resilience.topology import proxy_configuration

DEPLOY = ROOT / "deploy"
COMPOSE = load_yaml(DEPLOY / "compose.yml")
SERVICES: dict[str, Any] = COMPOSE["services"]
KUSTOMIZATION = load_yaml(DEPLOY / "kubernetes/kustomization.yaml")
MANIFESTS = [
    each
    for name in KUSTOMIZATION["resources"]
    for each in yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text(encoding="utf-8"))
]
DEPLOYMENTS = [each for each in MANIFESTS if each["kind"] == "Deployment"]
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
SECRETS = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|DATABASE_URL|REDIS_URL")
# Answered for whoever watches the processes, and for nobody else.
INTERNAL = {"/guide/health", "/guide/ready"}


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [each for each in MANIFESTS if each["kind"] == kind]


def named(manifest: dict[str, Any]) -> str:
    return str(manifest["metadata"]["name"])


def pod(deployment: dict[str, Any]) -> dict[str, Any]:
    return dict(deployment["spec"]["template"]["spec"])


class TestSettings:
    def handed_over(self) -> Iterator[tuple[str, str]]:
        """Each setting that deploy/ gives to a process of ours, and its value."""
        for service in SERVICES.values():
            if service["image"] == "nose-twitch-guide":
                yield from service["environment"].items()
        for literal in KUSTOMIZATION["configMapGenerator"][0]["literals"]:
            name, _, value = literal.partition("=")
            yield name, value
        for deployment in DEPLOYMENTS:
            for setting in pod(deployment)["containers"][0].get("env", []):
                yield setting["name"], str(setting.get("value", ""))
        dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
        for name in re.findall(r"\b([A-Z_]{3,})=", "".join(re.findall(r"^ENV .*", dockerfile, re.MULTILINE))):
            yield name, ""

    def test_each_is_one_that_the_code_reads(self) -> None:
        code = "".join(
            path.read_text(encoding="utf-8")
            for folder in ("nose_twitch", "actions", "scripts")
            for path in (ROOT / folder).rglob("*.py")
        )
        # Of Python, of Sanic.
        known = {"PATH", "HOME", "PYTHONUNBUFFERED", "SANIC_PROXIES_COUNT"}
        assert {name for name, _ in self.handed_over() if name not in known and f'"{name}"' not in code} == set()

    def test_no_secret_has_a_value(self) -> None:
        told = [
            *self.handed_over(),
            *(pair for each in SERVICES.values() for pair in each.get("environment", {}).items()),
        ]
        secret = {value for name, value in told if SECRETS.search(name) and value}
        assert secret
        # Must be set, or may be empty; what stands around it in an address is no secret.
        outside = {re.sub(r"\$\{[A-Z_]+(:\?[^}]+|:-)\}", "", value) for value in secret}
        assert {value for value in outside if not re.fullmatch(r"(\w+://\w*:@\w+:\d+/\w+)?", value)} == set()
        assert of_kind("Secret") == []

    def test_only_the_process_for_them_has_the_apps_tokens(self) -> None:
        assert [name for name, each in SERVICES.items() if "TELEGRAM_TOKEN" in each.get("environment", {})] == ["apps"]
        holders = [each for each in DEPLOYMENTS if "nose-twitch-apps" in str(pod(each)["containers"][0])]
        assert [named(each) for each in holders] == ["apps"]
        assert (holders[0]["spec"]["replicas"], holders[0]["spec"]["strategy"]["type"]) == (1, "Recreate")


class TestWhatIsOpen:
    def served(self) -> set[str]:
        """The addresses of the website, and of those who watch it."""
        source = (ROOT / "nose_twitch/rasa_parts/channels/web.py").read_text(encoding="utf-8")
        routes = {f"/guide{route}" for route in re.findall(r'@routes\.(?:get|post)\("([^"]+)"\)', source)}
        assert "/guide/message" in routes
        return {route for route in routes if "<" not in route} | {f"/guide/static/{name}" for name in STATIC}

    def test_nginx_passes_the_website_and_nothing_else(self) -> None:
        passed = re.search(r"location ~ (\^/guide\S+) \{", NGINX)
        assert passed
        assert {path for path in self.served() if not re.match(passed[1], path)} <= INTERNAL
        closed = [*INTERNAL, "/guide/metrics", "/webhooks/rest/webhook", "/guide/static/../x", "/guide/message/x", "/"]
        assert [path for path in closed if re.match(passed[1], path)] == []

    def test_so_does_the_ingress(self) -> None:
        paths = of_kind("Ingress")[0]["spec"]["rules"][0]["http"]["paths"]
        exact = {each["path"] for each in paths if each["pathType"] == "Exact"}
        assert [each["path"] for each in paths if each["pathType"] != "Exact"] == ["/guide/static"]
        assert exact == {path for path in self.served() if "/static/" not in path} - INTERNAL

    def test_only_the_proxy_has_a_published_port(self) -> None:
        assert [name for name, each in SERVICES.items() if "ports" in each] == ["proxy"]
        reach_out = [name for name, each in SERVICES.items() if "outside" in each["networks"]]
        assert (reach_out, COMPOSE["networks"]["inside"]["internal"]) == (["proxy", "apps"], True)

    def test_policies_name_pods_that_there_are(self) -> None:
        labels = [each["spec"]["template"]["metadata"]["labels"] for each in DEPLOYMENTS] + [{"is": "store"}]

        def selectors(node: Any) -> Iterator[dict[str, str]]:
            if isinstance(node, dict):
                if "podSelector" in node:
                    yield node["podSelector"].get("matchLabels", {})
                for inner in node.values():
                    yield from selectors(inner)
            elif isinstance(node, list):
                for inner in node:
                    yield from selectors(inner)

        chosen = [selector for policy in of_kind("NetworkPolicy") for selector in selectors(policy)]
        assert {} in chosen  # the one that closes everything
        assert [each for each in chosen if not any(each.items() <= pods.items() for pods in labels)] == []


class TestNginx:
    def test_it_is_accepted(self, tmp_path: Path) -> None:
        file = tmp_path / "nginx.conf"
        urls = ["http://127.0.0.1:1", "http://127.0.0.1:2"]
        file.write_text(proxy_configuration(8080, 5055, urls, urls))
        command = [find_program("nginx"), "-t", "-q", "-p", tmp_path, "-c", file, "-e", "stderr"]
        tested = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (tested.returncode, tested.stderr) == (0, "")

    @pytest.mark.parametrize("service", ["guide", "actions"])
    def test_it_knows_the_processes_of_compose(self, service: str) -> None:
        # At a fixed address, because it looks them up once.
        fixed = {name for name in SERVICES if re.fullmatch(rf"{service}-\d", name)}
        assert set(re.findall(rf"server ({service}-\d):", NGINX)) == fixed
        assert all("ipv4_address" in SERVICES[name]["networks"]["inside"] for name in fixed)


class TestContainers:
    def test_what_goes_into_the_model_goes_into_the_image(self) -> None:
        kept = set(re.findall(r"^!(\S+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE))
        dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
        copied = {
            each for line in re.findall(r"^COPY ((?:[\w./-]+ )+)", dockerfile, re.MULTILINE) for each in line.split()
        }
        needed = {*INGREDIENTS, "actions", "scripts", "credentials.yml", "endpoints.yml", "widget"}
        assert needed | {each.split("/")[0] for each in copied - {"."}} <= kept
        assert {each for each in kept if not (ROOT / each).exists()} == set()

    @pytest.mark.parametrize("service", SERVICES)
    def test_each_service_may_do_little_and_comes_back(self, service: str) -> None:
        settings = SERVICES[service]
        assert (settings["read_only"], settings["cap_drop"]) == (True, ["ALL"])
        assert settings["restart"] == "unless-stopped"
        assert "mem_limit" in settings and "stop_grace_period" in settings

    @pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=named)
    def test_each_deployment_may_do_little(self, deployment: dict[str, Any]) -> None:
        [container] = pod(deployment)["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        user = re.search(r"^USER (\d+):", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
        assert user and pod(deployment)["securityContext"]["runAsUser"] == int(user[1])
        assert pod(deployment)["securityContext"]["runAsNonRoot"]
        assert not pod(deployment)["automountServiceAccountToken"]
        # Kubernetes would set ACTIONS_PORT.
        assert not pod(deployment)["enableServiceLinks"]
        assert "memory" in container["resources"]["limits"]

    @pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=named)
    def test_each_deployment_fits_together(self, deployment: dict[str, Any]) -> None:
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        [container] = pod(deployment)["containers"]
        assert deployment["spec"]["selector"]["matchLabels"].items() <= labels.items()
        assert {each["name"] for each in container["volumeMounts"]} == {
            each["name"] for each in pod(deployment)["volumes"]
        }
        ports = {each["name"] for each in container["ports"]}
        probes = [container[each]["httpGet"] for each in container if each.endswith("Probe")]
        assert {each["port"] for each in probes} == ports
        if deployment["spec"]["replicas"] > 1:
            budgets = [each["spec"]["selector"]["matchLabels"] for each in of_kind("PodDisruptionBudget")]
            assert any(each.items() <= labels.items() for each in budgets)
            [service] = [each for each in of_kind("Service") if each["spec"]["selector"].items() <= labels.items()]
            assert {each["targetPort"] for each in service["spec"]["ports"]} == ports

    def test_a_guide_is_alive_before_it_is_ready(self) -> None:
        [container] = next(pod(each) for each in DEPLOYMENTS if named(each) == "guide")["containers"]
        assert container["livenessProbe"]["httpGet"]["path"] == "/guide/health"
        assert container["readinessProbe"]["httpGet"]["path"] == "/guide/ready"

    def test_all_manifests_are_applied(self) -> None:
        files = {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}
        assert set(KUSTOMIZATION["resources"]) == files
