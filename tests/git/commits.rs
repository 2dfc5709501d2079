//! Identity, signature and hooks of the commits.

use std::fs;

use crate::remote::Remote;

const IDENTITY: &str = "git log -1 --format='%an <%ae> %cn <%ce>' main";

/// Pushes a lock from `a`, and returns author and committer.
#[track_caller]
fn identity(remote: &Remote, variables: &[(&str, &str)]) -> String {
    let count = remote.run("remote.git", "git rev-list --count main");
    remote.write("a", &[("a", &format!("id-{}", count.trim()))]);
    let push =
        variables.iter().fold(remote.push("a"), |push, (name, value)| push.env(*name, *value));
    push.run().code(0);
    remote.run("remote.git", IDENTITY)
}

#[test]
fn configured_identity_is_used_and_none_is_needed() {
    let remote = Remote::new();
    let own = "instancectl <instancectl@localhost>";
    assert_eq!(identity(&remote, &[]), format!("{own} {own}\n"));
    remote.run("a", "git config user.useConfigOnly true");
    assert_eq!(identity(&remote, &[]), format!("{own} {own}\n"));
    let author = [("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@x")];
    assert_eq!(identity(&remote, &author), format!("A <a@x> {own}\n"));
    remote.run("a", "git config user.name 'U 用户' && git config user.email u@x");
    assert_eq!(identity(&remote, &[]), "U 用户 <u@x> U 用户 <u@x>\n");
    // Half of an identity does not count.
    remote.run("a", "git config --unset user.email");
    assert_eq!(identity(&remote, &[]), format!("{own} {own}\n"));
}

#[test]
fn message_is_recorded_word_for_word() {
    let remote = Remote::new();
    for message in ["One line", "训练\n\nbody 'x' \"y\" %s\n", "# not a comment"] {
        remote.write("a", &[("a", &format!("id-{}", message.len()))]);
        remote.push("a").args(["--message", message]).run().code(0);
        let recorded = remote.run("remote.git", "git log -1 --format=%B main");
        assert_eq!(recorded.trim_end(), message.trim_end());
        remote.run("a", "git pull -q --rebase");
    }
}

#[test]
fn commit_is_signed_if_a_key_is_at_hand() {
    let remote = Remote::new();
    remote.run(
        "a",
        "ssh-keygen -q -t ed25519 -N '' -f ../key && echo \"u@x $(cat ../key.pub)\" > ../signers && git config \
         gpg.format ssh && git config user.signingKey $PWD/../key.pub && git config commit.gpgSign true && git \
         config gpg.ssh.allowedSignersFile ../signers",
    );
    remote.write("a", &[("a", "id-1")]);
    remote.push("a").run().code(0);
    remote.is_synchronized("a", &[("a", "id-1")]);
    let verified = "git log -1 --format='%G? %GS %an' main";
    assert_eq!(remote.run("a", verified), "G u@x instancectl\n");
    remote.run("a", "git config user.name U && git config user.email u@x");
    remote.write("a", &[("a", "id-2")]);
    remote.push("a").args(["--message", "# 训练\n\ntwo"]).run().code(0);
    assert_eq!(remote.run("a", verified), "G u@x U\n");
    let body = remote.run("a", "git log -1 --format=%B main");
    assert_eq!(body.trim_end(), "# 训练\n\ntwo");
    // As on a runner: the setting is there, the key is not.
    fs::remove_file(remote.path("key")).unwrap();
    remote.write("a", &[("a", "id-3")]);
    remote.push("a").run().code(0).nowhere("error");
    remote.is_synchronized("a", &[("a", "id-3")]);
    assert_eq!(remote.run("a", verified), "N  U\n");
}

#[test]
fn gpg_that_asks_for_a_passphrase_does_not_hang_the_push() {
    let remote = Remote::new();
    remote.script("gpg", "echo 'gpg: signing failed: Inappropriate ioctl for device' >&2; exit 2");
    let gpg = remote.path("gpg");
    remote.run(
        "a",
        &format!("git config commit.gpgSign true && git config gpg.program {}", gpg.display()),
    );
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    remote.is_synchronized("a", &[("a", "id-a")]);
}

#[test]
fn hooks_of_the_user_run_before_the_push_only() {
    let remote = Remote::new();
    for hook in ["pre-commit", "commit-msg", "prepare-commit-msg", "post-checkout", "post-merge"] {
        remote.script(&format!("a/.git/hooks/{hook}"), "echo $(basename $0) >> ../log; exit 1");
    }
    remote.script("a/.git/hooks/pre-push", "echo $1 $(cut -d' ' -f3) >> ../log");
    remote.write("a", &[("a", "id-a")]);
    remote.push("a").run().code(0);
    assert_eq!(remote.run("", "cat log"), "origin refs/heads/main\n");
}

#[test]
fn hook_that_refuses_the_push_is_named_and_the_ids_are_printed() {
    let remote = Remote::new();
    remote.script("a/.git/hooks/pre-push", "echo 'run the tests first' >&2; exit 1");
    remote.write("a", &[("a", "id-a")]);
    let output = remote.push("a").run().code(5);
    output.stdout("instances.lock:\n  a: created id-a\n").stderr_has(
        "error: the hook `pre-push` of this clone refused the push: run the tests first\n",
    );
    assert_eq!(remote.run("a", "git status --porcelain"), "?? instances.lock\n");
    assert_eq!(remote.run("remote.git", "git rev-list --count main"), "1\n");
    fs::remove_file(remote.path("a/.git/hooks/pre-push")).unwrap();
    remote.push("a").run().code(0);
    remote.is_synchronized("a", &[("a", "id-a")]);
}
