"""docker-compose.yml and the Dockerfile run what the demo and CI run, and nothing else."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from portal.processes import CHECKS, PROGRAMS, STEPS

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
CI = [
    shlex.split(line, comments=True)
    for line in (ROOT / ".ci/run").read_text().splitlines()
    if re.match(r"\s*(pg_isready|redis-cli|redis-server|until_answers) ", line)
]
IN_DEMO = [list(one) for table in (STEPS, PROGRAMS, CHECKS) for one in table.values()]


def run_somewhere(command: list[str]) -> bool:
    """Whether the demo runs exactly this, or CI runs it, perhaps with more options behind."""
    ci = [words[1:] if words[0] == "until_answers" else words for words in CI]
    return command in IN_DEMO or any(words[: len(command)] == command for words in ci)


def commands() -> Iterator[tuple[str, list[str]]]:
    for name, service in SERVICES.items():
        if "command" in service:
            yield name, service["command"]
        if "test" in service.get("healthcheck", {}):
            kind, *command = service["healthcheck"]["test"]
            assert kind == "CMD", "a shell in a probe hides what is run"
            yield name, command


@pytest.mark.parametrize(("service", "command"), list(commands()))
def test_every_command_is_one_that_the_demo_or_ci_runs(service, command):
    assert run_somewhere(command), f"{service}: nothing here runs {command}"


def test_a_command_that_nobody_runs_is_noticed():
    assert not run_somewhere(["celery", "-A", "portal", "worker", "--pool", "solo"])
    assert not run_somewhere(["redis-server", "--appendonly", "yes"])


def test_services_are_the_portal_and_what_it_needs():
    assert set(SERVICES) == {"db", "redis", "mail", *OURS}
    assert {name: tuple(SERVICES[name]["command"]) for name in PROGRAMS} == PROGRAMS


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ("mail", "migrate")])
def test_service_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_migrations_run_once_and_first():
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["command"] == list(STEPS["migrate"])
    for name in PROGRAMS:
        assert SERVICES[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD", "ALLOWED_HOSTS", "BASE_URL"])
def test_compose_refuses_to_start_without(name):
    uses = re.findall(rf"[$]{{{name}([^}}]*)}}", (ROOT / "docker-compose.yml").read_text())
    assert uses
    assert all(rest.startswith(":?") for rest in uses)


def test_no_secret_is_written_down():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|KEY", name):
                assert re.fullmatch(r"\$\{\w+:[?-].*\}", value), name


def test_ours_can_write_nowhere_and_take_no_power():
    for name in OURS:
        service = SERVICES[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "SANDBOX" not in service["environment"]


def test_only_loopback_ports_are_opened():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def instructions(word: str) -> list[str]:
    return re.findall(rf"^{word} (.*)$", DOCKERFILE, re.MULTILINE)


def test_image_serves_and_probes_as_the_demo_does():
    assert json.loads(instructions("CMD")[-1]) == list(PROGRAMS["web"])
    assert json.loads(instructions("HEALTHCHECK")[0].split(" CMD ")[1]) == list(CHECKS["web"])
    steps = [json.loads(run) for run in instructions("RUN") if "manage.py" in run]
    assert steps == [list(STEPS["catalogues"]), list(STEPS["collectstatic"])]


def test_image_is_built_in_stages_from_the_lock_for_a_plain_user():
    assert len(instructions("FROM")) == 2
    assert instructions("USER") == ["10001:10001"]
    assert '"--require-hashes", "-r", "requirements.txt"' in DOCKERFILE
    assert "SANDBOX" not in DOCKERFILE.split("\nFROM ")[-1]
