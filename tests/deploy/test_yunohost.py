"""The package for YunoHost. Its own tools are not here: what can go wrong unseen is compared."""

import re
import tomllib

import pytest

from . import DEPLOY

PACKAGE = DEPLOY / "yunohost"
MANIFEST = tomllib.loads((PACKAGE / "manifest.toml").read_text())
# What YunoHost, or the manifest, gives to the templates in conf/.
GIVEN = {"APP", "DOMAIN", "INSTALL_DIR", "DATA_DIR", "PORT"}
# Where YunoHost keeps programs and data, and how its user is called.
OF_YUNOHOST = {
    "User", "Group", "WorkingDirectory", "EnvironmentFile", "Environment", "ExecStart",
    "StateDirectory", "StateDirectoryMode", "ReadWritePaths", "RequiresMountsFor", "ProtectHome",
    "BindPaths",
}  # fmt: skip


def test_the_manifest_asks_for_a_whole_domain_and_for_no_account():
    assert MANIFEST["packaging_format"] == 2
    assert set(MANIFEST["install"]) == {"domain", "init_main_permission"}
    assert (MANIFEST["integration"]["sso"], MANIFEST["integration"]["ldap"]) == (
        "not_relevant",
        "not_relevant",
    )


def test_the_manifest_installs_what_the_set_up_would_ask_for():
    always, _ = (DEPLOY / "setup.sh").read_text().split('if [ "$purpose" = test ]')
    asked = set(re.findall(r'packages="\$packages ([\w.-]+)"', always))
    assert "libharfbuzz-subset0" in asked
    packages = set(MANIFEST["resources"]["apt"]["packages"].split(", "))
    assert asked - packages == set()


@pytest.mark.parametrize("path", sorted((PACKAGE / "conf").iterdir()), ids=lambda path: path.name)
def test_a_template_names_only_what_is_given(path):
    assert set(re.findall("__([A-Z_]+?)__", path.read_text())) - GIVEN == set()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("desescalade.service", "systemd.service"),
        ("desescalade-backup.service", "backup.service"),
        ("desescalade-backup.timer", "backup.timer"),
        ("desescalade-erase.service", "erase.service"),
        ("desescalade-erase.timer", "erase.timer"),
    ],
)
def test_its_services_are_caged_like_ours(ours, theirs):
    assert cage(PACKAGE / "conf" / theirs) == cage(DEPLOY / "systemd" / ours)


def cage(unit):
    text = unit.read_text().replace("__INSTALL_DIR__", "/opt/desescalade")
    found = re.findall(r"^(\w+)=(.*)$", text, flags=re.MULTILINE)
    return [(name, value) for name, value in found if name not in OF_YUNOHOST]


@pytest.mark.parametrize("name", ["install", "remove", "upgrade", "backup", "restore"])
def test_the_scripts_it_needs_can_be_run(name):
    assert (PACKAGE / "scripts" / name).stat().st_mode & 0o111


def test_the_settings_of_the_host_are_written_once():
    """An upgrade finds the file there; another name changes the lines of the name only."""
    scripts = PACKAGE / "scripts"
    line = re.search(
        r"(\[ -e .*?) \|\|\n +ynh_config_add --template=\"desescalade.env\"",
        (scripts / "upgrade").read_text(),
    )
    assert line[1] == '[ -e "$install_dir/desescalade.env" ]'
    assert "ynh_config_add --template" not in (scripts / "change_url").read_text()
    assert '--keep="desescalade.env' in (scripts / "upgrade").read_text()
