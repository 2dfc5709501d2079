//! `odd-image`: text in `imagePath` that is not the form of an image reference:
//! `REGISTRY[:PORT]/PATH/NAME[:TAG][@DIGEST]`.

use crate::diagnostics::{DiagnosticKind, ImageFault};
use crate::validate::collector::DiagnosticCollector;
use crate::validate::rules::scalars::Scalar;

pub(super) fn check(scalar: Scalar<'_>, found: &mut DiagnosticCollector<'_>) -> bool {
    if scalar.field != "imagePath" {
        return false;
    }
    let Some(image) = scalar.node.as_str() else { return false };
    let Some(fault) = fault(image) else { return false };
    let problem = DiagnosticKind::OddImage { image: image.to_owned(), fault };
    found.push(problem, scalar.node.span(), scalar.document, (scalar.pointer)());
    true
}

/// Returns how a text differs from an image reference.
fn fault(image: &str) -> Option<ImageFault> {
    if image.is_empty() {
        return None;
    }
    if image.contains("://") {
        return Some(ImageFault::Scheme);
    }
    let allowed =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '@' | '+');
    if let Some(char) = image.chars().find(|c| !allowed(*c)) {
        let words = image.split_whitespace().count();
        let last = image.split_whitespace().next_back().filter(|_| words > 1);
        let Some(last) = last else { return Some(ImageFault::Character(char)) };
        let command = image.starts_with("docker ") || image.starts_with("podman ");
        return Some(if command && fault(last).is_none() {
            ImageFault::Command { image: last.to_owned() }
        } else {
            ImageFault::Blank
        });
    }
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let is_digest = |digest: &str| {
        digest.split_once(':').is_some_and(|(kind, hex)| {
            !kind.is_empty() && hex.len() >= 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())
        })
    };
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return Some(ImageFault::Digest);
    }
    let (path, last) =
        name.rsplit_once('/').map_or((None, name), |(path, last)| (Some(path), last));
    let (last, tag) = last.split_once(':').map_or((last, None), |(last, tag)| (last, Some(tag)));
    let mut parts = path.into_iter().flat_map(|path| path.split('/')).enumerate();
    let port = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_part = |(at, part): (usize, &str)| match part.split_once(':') {
        Some((host, number)) => at == 0 && !host.is_empty() && port(number),
        None => is_name(part),
    };
    let is_tag = |tag: &str| !tag.contains(':') && is_name(tag);
    let whole = parts.all(is_part) && is_name(last) && tag.is_none_or(is_tag);
    (!whole).then_some(ImageFault::Parts)
}

/// Checks a part between slashes, or a tag: it begins with a letter, a digit or `_`.
fn is_name(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && !part.ends_with(['.', '-'])
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn image_references_are_accepted() {
        for image in [
            "image.ac.com:5000/dcu/admin/base/pytorch:2.3.0-py3.10-dtk24.04.3",
            "10.0.35.26:5000/x:1",
            "ubuntu",
            "ubuntu:22.04",
            "a/B_c/d.e:V1_2",
            "a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(fault(image), None, "{image}");
        }
        for image in [
            "docker pull image.ac.com:5000/dcu/pytorch:2.3.0",
            "https://image.ac.com:5000/dcu/pytorch:2.3.0",
            "image.ac.com：5000/dcu/pytorch:2.3.0",
            "image.ac.com:5000/dcu/py torch:2.3.0",
            "image.ac.com:5000/dcu/pytorch:2.3.0;",
            "image.ac.com:5000//pytorch:2.3.0",
            "image.ac.com:5000/pytorch:",
            "image.ac.com:port/pytorch:1",
            "/image/pytorch:1",
            "a/b:1:2",
            "a/b@sha256:12",
        ] {
            assert!(fault(image).is_some(), "{image}");
        }
    }
}
