"""Clones of every sort: each is answered as far as its objects go, and none is written to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from support.clones import snapshot
from support.code import edited, file, function
from support.repos import Repo, git
from support.running import Ran, assert_clear, run
from support.stories import lineage_story

Ask = Callable[..., Ran]
STORY = ["edit: modified a.c:f > a.c:f", "start: introduced - > a.c:f"]


def grow(repo: Repo) -> Repo:
    """Four commits; `STORY` is what happened to f."""
    repo.commit("start", {"a.c": file(function("f"), function("g")), "b.c": file(function("h"))})
    repo.commit("edit", {"a.c": file(edited("f"), function("g"))})
    repo.commit("other", {"a.c": file(edited("f"), edited("g"))})
    repo.commit("last", {"b.c": file(edited("h"))})
    return repo


@pytest.fixture
def grown(repo: Repo) -> Repo:
    return grow(repo)


def story(repo: Repo, at: Path, *options: str, symbol: str = "f") -> list[str]:
    """The lineage told of another clone of `repo`."""
    ran = run("lineage", symbol, "--json", "--repo", str(at), *options, untouched=at)
    return lineage_story(repo, ran.json)


def gaps(at: Path, *command: str) -> list[str]:
    ran = run(*command, "--json", "--repo", str(at), untouched=at)
    return [f"{gap['what']}: {gap['why']}" for gap in ran.json["gaps"]]


def test_bare_packed_and_below(grown: Repo, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git("clone", "-q", "--bare", str(grown.path), str(bare), cwd=tmp_path)
    git("repack", "-adq", cwd=bare)
    git("pack-refs", "--all", cwd=bare)
    assert story(grown, bare) == STORY
    assert story(grown, bare / "refs" / "heads") == STORY


def test_from_a_folder_inside_the_work_tree(grown: Repo) -> None:
    below = grown.path / "deep" / "er"
    below.mkdir(parents=True)
    ran = run("lineage", "f", "--json", cwd=below, untouched=grown.path)
    assert lineage_story(grown, ran.json) == STORY


def test_through_a_symbolic_link(grown: Repo, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(grown.path)
    assert lineage_story(grown, run("lineage", "f", "--json", "--repo", str(link)).json) == STORY


@pytest.mark.parametrize(
    "name", ["with space", "new\nline", "ünï", '"quoted"', "#hash", "-dash", "*?["]
)
def test_a_clone_with_an_odd_name(tmp_path: Path, name: str) -> None:
    repo = grow(Repo.create(tmp_path / name))
    assert story(repo, repo.path) == STORY


def test_a_clone_whose_name_is_no_text(tmp_path: Path) -> None:
    repo = grow(Repo.create(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe"))))
    assert story(repo, repo.path) == STORY


def test_sha256(tmp_path: Path) -> None:
    repo = grow(Repo.create(tmp_path / "sha256", algorithm="sha256"))
    assert len(repo.tip) == 64
    assert story(repo, repo.path) == STORY
    ran = run("inspect", "HEAD~2", "--json", "--repo", str(repo.path), untouched=repo.path)
    assert [c["kind"] for c in ran.json["changes"]] == ["modified"]
    assert story(repo, repo.path, "--rev", repo.tip[:7]) == STORY


def test_another_format_at_the_same_place(tmp_path: Path) -> None:
    grow(Repo.create(tmp_path / "clone"))
    assert run("inspect", "HEAD", "--repo", str(tmp_path / "clone")).code == 0
    shutil.rmtree(tmp_path / "clone")
    repo = grow(Repo.create(tmp_path / "clone", algorithm="sha256"))
    assert story(repo, repo.path) == STORY


def test_reftable(grown: Repo, tmp_path: Path) -> None:
    made = subprocess.run(
        ["git", "init", "-q", "--ref-format=reftable", str(tmp_path / "new")],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("this git has no reftable")
    git("fetch", "-q", str(grown.path), "main:main", cwd=tmp_path / "new")
    git("symbolic-ref", "HEAD", "refs/heads/main", cwd=tmp_path / "new")
    assert story(grown, tmp_path / "new") == STORY


def test_linked_worktrees_have_their_own_head(grown: Repo, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    git("worktree", "add", "-q", "--detach", str(tree), "HEAD~3", cwd=grown.path)
    before = snapshot(grown.path)
    assert story(grown, tree) == STORY[1:]
    assert story(grown, grown.path) == STORY
    assert story(grown, tree, "--rev", "main") == STORY
    assert snapshot(grown.path) == before


def test_new_commits_are_seen_the_next_time(repo: Repo, told: Callable[..., list[str]]) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    assert told("f") == STORY[1:]
    repo.commit("edit", {"a.c": file(edited("f"))})
    assert told("f") == STORY
    git("pack-refs", "--all", cwd=repo.path)
    assert told("f", "--rev", "refs/heads/main") == STORY


def test_refs_that_are_broken(grown: Repo, told: Callable[..., list[str]]) -> None:
    heads = grown.git_dir / "refs" / "heads"
    (heads / "empty").write_text("")
    (heads / "garbage").write_bytes(b"\xff not a hash\n")
    (heads / "locked.lock").write_text("x")
    (heads / "dangling").write_text("1" * 40 + "\n")
    (grown.git_dir / "refs" / "symbolic").write_text("ref: refs/heads/nowhere\n")
    assert told("f") == STORY


# --- clones that lack objects


def test_shallow(grown: Repo, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    git("clone", "-q", "--depth=2", f"file://{grown.path}", str(shallow), cwd=tmp_path)
    ran = run("lineage", "f", "--json", "--repo", str(shallow), untouched=shallow)
    assert {e["commit"] for e in ran.json["events"]} <= {grown.named["other"]}
    assert any("shallow" in g["why"] for g in ran.json["gaps"])
    cut = [g["commit"] for g in ran.json["gaps"] if "ends here" in g["why"]]
    assert cut == [grown.named["other"]]
    for commit in ("HEAD", "HEAD~1"):
        assert any("shallow" in gap for gap in gaps(shallow, "inspect", commit))
    assert_clear(run("inspect", "HEAD~2", "--repo", str(shallow)), "no such commit")
    assert_clear(run("inspect", grown.named["edit"], "--repo", str(shallow)), "not in this clone")


def test_partial_never_fetches(grown: Repo, tmp_path: Path) -> None:
    git("config", "uploadpack.allowFilter", "true", cwd=grown.path)
    partial = tmp_path / "partial"
    url = f"file://{grown.path}"
    git("clone", "-q", "--no-checkout", "--filter=blob:none", url, str(partial), cwd=tmp_path)
    assert_clear(run("lineage", "f", "--repo", str(partial), untouched=partial))
    assert any("missing" in gap for gap in gaps(partial, "inspect", "HEAD"))
    assert_clear(run("lineage", "f", "--path", "a.c", "--repo", str(partial), untouched=partial))


def test_partial_with_what_is_checked_out(grown: Repo, tmp_path: Path) -> None:
    git("config", "uploadpack.allowFilter", "true", cwd=grown.path)
    partial = tmp_path / "partial"
    url = f"file://{grown.path}"
    git("clone", "-q", "--filter=blob:none", url, str(partial), cwd=tmp_path)
    ran = run("lineage", "f", "--json", "--repo", str(partial), untouched=partial)
    assert [d["path"] for d in ran.json["definitions"]] == ["a.c"]
    assert any("missing" in g["why"] for g in ran.json["gaps"])


def test_an_unknown_symbol_where_objects_lack_says_so(grown: Repo, minekvm: Ask) -> None:
    for commit in ("start", "edit", "other"):
        grown.object_path(grown.blob(grown.named[commit], "a.c")).unlink()
    for options in ((), ("--path", "a.c")):
        ran = minekvm("lineage", "f", *options)
        assert_clear(ran)
        assert "missing" in ran.err or "read" in ran.err


def test_what_cannot_be_read_is_no_birth(grown: Repo, minekvm: Ask) -> None:
    grown.object_path(grown.blob(grown.named["start"], "a.c")).unlink()
    answer = minekvm("lineage", "f", "--json").json
    assert [k for e in answer["events"] for k in e["kinds"]] == []


def test_a_loose_blob_deleted(grown: Repo, minekvm: Ask) -> None:
    grown.object_path(grown.blob(grown.named["start"], "a.c")).unlink()
    answer = minekvm("lineage", "f", "--json").json
    assert any("missing" in g["why"] for g in answer["gaps"])
    answer = minekvm("inspect", "HEAD~2", "--json").json
    assert any("missing" in g["why"] for g in answer["gaps"])


def test_a_loose_blob_deleted_at_head(grown: Repo, minekvm: Ask) -> None:
    grown.object_path(grown.blob(grown.tip, "b.c")).unlink()
    answer = minekvm("lineage", "f", "--json").json
    assert lineage_story(grown, answer) == STORY
    assert any("missing" in g["why"] for g in answer["gaps"])


def test_a_loose_blob_damaged(grown: Repo, minekvm: Ask) -> None:
    damaged = grown.object_path(grown.blob(grown.named["start"], "a.c"))
    damaged.write_bytes(b"not zlib at all")
    for command in (("inspect", "HEAD~2"), ("lineage", "f"), ("lineage", "f", "--path", "a.c")):
        assert minekvm(*command, "--json").json["gaps"]


def test_a_loose_blob_emptied(grown: Repo, minekvm: Ask) -> None:
    grown.object_path(grown.blob(grown.named["start"], "a.c")).write_bytes(b"")
    assert minekvm("lineage", "f", "--json").json["gaps"]


@pytest.mark.parametrize("what", ["commit", "tree"])
@pytest.mark.parametrize("how", ["deleted", "damaged"])
def test_a_commit_or_tree_gone(grown: Repo, minekvm: Ask, what: str, how: str) -> None:
    start = grown.named["start"]
    name = start if what == "commit" else git("rev-parse", f"{start}^{{tree}}", cwd=grown.path)
    path = grown.object_path(name)
    path.unlink()
    if how == "damaged":
        path.write_bytes(b"not zlib at all")
    for command in (("lineage", "f"), ("inspect", "HEAD~2"), ("inspect", start)):
        ran = minekvm(*command, "--json")
        if ran.code:
            assert_clear(ran)
        else:
            assert ran.json["gaps"]
    assert minekvm("inspect", "HEAD", "--json").json["changes"]


def test_a_pack_cut_short(grown: Repo, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git("clone", "-q", "--bare", f"file://{grown.path}", str(bare), cwd=tmp_path)
    (pack,) = (bare / "objects" / "pack").glob("*.pack")
    pack.chmod(0o644)
    whole = pack.read_bytes()
    for size in (len(whole) - 30, len(whole) // 2, 40, 0):
        pack.write_bytes(whole[:size])
        for command in (("lineage", "f"), ("inspect", "HEAD~2"), ("lineage", "gone")):
            ran = run(*command, "--json", "--repo", str(bare), untouched=bare)
            if ran.code:
                assert_clear(ran)


def test_borrowed_objects(grown: Repo, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    git("clone", "-q", "--shared", "--no-checkout", str(grown.path), str(shared), cwd=tmp_path)
    again = tmp_path / "again"
    git("clone", "-q", "--shared", "--no-checkout", str(shared), str(again), cwd=tmp_path)
    assert story(grown, again) == STORY
    alternates = shared / ".git" / "objects" / "info" / "alternates"
    alternates.write_text("../../../clone/.git/objects\n")
    assert story(grown, shared) == STORY


def test_a_broken_configuration(grown: Repo, minekvm: Ask) -> None:
    with (grown.git_dir / "config").open("a") as config:
        config.write("[broken\n")
    assert_clear(minekvm("lineage", "f"), "cannot open")


def test_a_newer_format(grown: Repo, minekvm: Ask) -> None:
    config = grown.git_dir / "config"
    config.write_text(config.read_text().replace("version = 0", "version = 99"))
    assert_clear(minekvm("lineage", "f"), "cannot open", "99")


def test_a_format_that_git_refuses_is_told_in_git_s_words(grown: Repo, minekvm: Ask) -> None:
    config = grown.git_dir / "config"
    plain = config.read_text()
    newer = plain.replace("version = 0", "version = 1")
    config.write_text(newer + "[extensions]\n\tmagicPacks = true\n\totherThing\n")
    ran = minekvm("lineage", "f")
    assert_clear(ran, "cannot open", "unknown repository extension", "magicpacks", "otherthing")
    config.write_text(newer + "[extensions]\n\tobjectFormat = sha3\n")
    assert_clear(minekvm("lineage", "f"), "cannot open", "objectformat", "sha3")
    config.write_text(plain + "[extensions]\n\tobjectFormat = sha256\n")
    assert_clear(minekvm("lineage", "f"), "cannot open", "objectformat")
    config.write_text(plain + "[extensions]\n\tmagicPacks = true\n\tnoop\n")
    assert lineage_story(grown, minekvm("lineage", "f", "--json").json) == STORY
    config.write_text(newer + "[extensions]\n\tnoop\n\tpartialClone = origin\n")
    assert lineage_story(grown, minekvm("lineage", "f", "--json").json) == STORY


def test_configuration_that_would_run_or_change_things(grown: Repo, minekvm: Ask) -> None:
    mark = grown.path.parent / "ran"
    with (grown.git_dir / "config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = touch {mark}\n\tpager = touch {mark}\n\tquotePath = true\n"
            f"[diff]\n\texternal = touch {mark}\n\trenames = false\n\tnoprefix = true\n"
            "[log]\n\tshowSignature = true\n\tfollow = true\n\tdate = relative\n"
            "[grep]\n\tlineNumber = true\n\tfullName = true\n[color]\n\tui = always\n"
            "[i18n]\n\tlogOutputEncoding = utf-16\n"
        )
    assert lineage_story(grown, minekvm("lineage", "f", "--json").json) == STORY
    assert not mark.exists()


# --- histories that git presents otherwise than they are stored


def test_replaced_commits_are_heeded(grown: Repo, minekvm: Ask) -> None:
    git("replace", "--graft", grown.named["edit"], cwd=grown.path)
    answer = minekvm("lineage", "f", "--json").json
    rows = [(e["subject"], e["parent"], e["kinds"]) for e in answer["events"]]
    assert rows == [("edit", None, ["introduced"])]


def test_grafts_are_heeded(grown: Repo, minekvm: Ask) -> None:
    (grown.git_dir / "info" / "grafts").write_text(f"# cut here\n{grown.named['edit']}\n\n")
    answer = minekvm("lineage", "f", "--json").json
    rows = [(e["subject"], e["parent"], e["kinds"]) for e in answer["events"]]
    assert rows == [("edit", None, ["introduced"])]
    (grown.git_dir / "info" / "grafts").unlink()
    assert lineage_story(grown, minekvm("lineage", "f", "--json").json) == STORY


# --- other people's clones


def test_read_only(grown: Repo, minekvm: Ask) -> None:
    for folder, _, names in os.walk(grown.path):
        for name in names:
            (Path(folder) / name).chmod(0o444)
        Path(folder).chmod(0o555)
    try:
        assert lineage_story(grown, minekvm("lineage", "f", "--json").json) == STORY
        assert minekvm("inspect", "HEAD", "--json").json["changes"]
    finally:
        for folder, _, _ in os.walk(grown.path):
            Path(folder).chmod(0o755)


@pytest.fixture
def foreign(grown: Repo, as_root: bool) -> Repo:
    """A clone that another user owns."""
    if not as_root:
        pytest.skip("only root can give a clone away")
    for folder, _, names in os.walk(grown.path):
        for name in (".", *names):
            os.chown(Path(folder) / name, 12345, 12345)
    return grown


def test_owned_by_someone_else_is_refused_as_git_refuses_it(foreign: Repo, minekvm: Ask) -> None:
    for command in (("lineage", "f"), ("inspect", "HEAD"), ("index",), ("callers", "f")):
        assert_clear(minekvm(*command), "dubious ownership", f"safe.directory {foreign.path}")


@pytest.mark.parametrize(
    ("values", "allowed"),
    [
        (["*"], True),
        (["{clone}"], True),
        (["{clone}/"], True),
        (["~/../{name}"], True),
        (["{parent}/*"], True),
        (["{clone}", ""], False),
        (["*", "", "{clone}"], True),
        (["{parent}"], False),
        (["{clone}/.git"], False),
        (["{clone}x"], False),
    ],
)
def test_safe_directory(
    foreign: Repo, tmp_path: Path, minekvm: Ask, values: list[str], allowed: bool
) -> None:
    places = {"clone": foreign.path, "parent": tmp_path, "name": foreign.path.name}
    settings = tmp_path / "settings"
    settings.write_text(
        "[safe]\n" + "".join(f'\tdirectory = "{v.format(**places)}"\n' for v in values)
    )
    home = tmp_path / "home"
    home.mkdir()
    env = {"GIT_CONFIG_GLOBAL": str(settings), "HOME": str(home)}
    ran = minekvm("lineage", "f", "--json", env=env)
    if allowed:
        assert lineage_story(foreign, ran.json) == STORY
    else:
        assert_clear(ran, "dubious ownership")


def test_the_clone_itself_does_not_make_itself_safe(foreign: Repo, minekvm: Ask) -> None:
    with (foreign.git_dir / "config").open("a") as config:
        config.write("[safe]\n\tdirectory = *\n")
    assert_clear(minekvm("lineage", "f"), "dubious ownership")


def test_what_belongs_to_the_caller_of_sudo_is_ones_own(foreign: Repo, minekvm: Ask) -> None:
    ran = minekvm("lineage", "f", "--json", env={"SUDO_UID": "12345"})
    assert lineage_story(foreign, ran.json) == STORY
    assert_clear(minekvm("lineage", "f", env={"SUDO_UID": "12346"}), "dubious ownership")


def test_other_words_for_a_commit(grown: Repo, minekvm: Ask) -> None:
    config = grown.git_dir / "config"
    config.write_text(
        config.read_text()
        + '[branch "main"]\n\tremote = far\n\tmerge = refs/heads/trunk\n'
        + '[remote "far"]\n\tfetch = +refs/heads/*:refs/remotes/far/*\n'
    )
    remote = grown.git_dir / "refs" / "remotes" / "far" / "trunk"
    remote.parent.mkdir(parents=True)
    remote.write_text(grown.named["edit"] + "\n")
    (grown.git_dir / "ORIG_HEAD").write_text(grown.named["start"] + "\n")
    (grown.git_dir / "logs").mkdir()
    who = "A <a@example.org> 1577880000 +0000\tcommit: x"
    for name in ("HEAD", "refs/heads/main"):
        log = grown.git_dir / "logs" / name
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(
            f"{'0' * 40} {grown.named['other']} {who}\n{grown.named['other']} {grown.tip} {who}\n"
        )
    for words, subject in {
        "@{upstream}": "edit",
        "main@{u}": "edit",
        "ORIG_HEAD": "start",
        "main@{1}": "other",
        "HEAD@{1}": "other",
        "HEAD@{0}": "last",
        ":/edit": "edit",
    }.items():
        answer = minekvm("inspect", words, "--json").json
        assert answer["commit"] == grown.named[subject], words


def test_what_the_index_holds_is_no_commit(grown: Repo, minekvm: Ask) -> None:
    git("read-tree", "HEAD", cwd=grown.path)
    for words in (":a.c", ":0:a.c", ":./a.c", ":1:a.c"):
        for command in (("inspect", words), ("lineage", "f", "--rev", words), ("origins", words)):
            assert_clear(minekvm(*command), "index", "name a commit")
    for words in ("^HEAD", "HEAD..HEAD~1", "--all", "HEAD:a.c", ":"):
        assert_clear(minekvm("inspect", "--", words))


def test_not_allowed_to_read(grown: Repo, minekvm: Ask, as_root: bool) -> None:
    if as_root:
        pytest.skip("root may read anything")
    grown.git_dir.chmod(0)
    try:
        assert_clear(run("lineage", "f", "--repo", str(grown.path)))
    finally:
        grown.git_dir.chmod(0o755)
