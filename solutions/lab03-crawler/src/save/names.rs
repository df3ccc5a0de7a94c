//! Names of files, made from URLs.
//!
//! A name comes from a stranger, so it is made of few characters, never leads out of its folder, and is never hidden.

use std::collections::HashSet;

use url::Url;

/// The longest name, in bytes: any file system can hold it.
pub const LONGEST: usize = 80;

/// The name of what has none.
const NAMELESS: &str = "index";

/// The names that are taken.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// Makes a name of its own for what `url` answered with the type `media`: `logo.png`, then `logo-2.png`.
    pub fn of(&mut self, url: &Url, media: Option<&str>) -> String {
        // region:resources/of Clean the last segment, add an extension where one is missing, and count up while the name is taken.
        let segment = url.path().rsplit('/').next().unwrap_or_default();
        let clean: String = segment
            .chars()
            .map(|c| match c {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => c,
                _ => '_',
            })
            .collect();
        let clean = match clean.trim_start_matches('.') {
            "" => NAMELESS,
            name => name,
        };
        let (stem, extension) = with_extension(clean, media);
        let mut name = shortened(stem, "", &extension);
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            name = shortened(stem, &format!("-{number}"), &extension);
            number += 1;
        }
        name
        // endregion:resources/of
    }
}

/// Returns how the file `to` is called in the file `from`; both are paths in the same folder, of at most one step.
pub fn relative(from: &str, to: &str) -> String {
    // region:resources/relative Four cases: each of the two lies in `files/`, or does not.
    match (from.split_once('/'), to.split_once('/')) {
        (Some(_), Some((_, name))) => name.to_owned(),
        (Some(_), None) => format!("../{to}"),
        (None, _) => to.to_owned(),
    }
    // endregion:resources/relative
}
// region:resources

/// Cuts a name before its extension, dot included, and gives it one if it has none. A browser without a server tells
/// stylesheets and pages by their extension alone, so these two get the right one in any case.
fn with_extension<'n>(name: &'n str, media: Option<&str>) -> (&'n str, String) {
    let of_media = media.and_then(extension);
    let own = name
        .rsplit_once('.')
        .filter(|(stem, own)| !stem.is_empty() && is_extension(own));
    match (own, of_media) {
        (Some((stem, own)), Some("css")) if own.eq_ignore_ascii_case("css") => (stem, format!(".{own}")),
        (Some((stem, own)), Some("html")) if is_html(own) => (stem, format!(".{own}")),
        (_, Some(sure @ ("css" | "html"))) => (name, format!(".{sure}")),
        (Some((stem, own)), _) => (stem, format!(".{own}")),
        (None, Some(of_media)) => (name, format!(".{of_media}")),
        (None, None) => (name, String::new()),
    }
}

fn is_extension(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_html(extension: &str) -> bool {
    ["html", "htm", "xhtml"]
        .iter()
        .any(|html| extension.eq_ignore_ascii_case(html))
}

/// Puts a name together, and cuts its stem where it would be too long. All three parts are ASCII.
fn shortened(stem: &str, number: &str, extension: &str) -> String {
    let room = LONGEST - number.len() - extension.len();
    format!("{}{number}{extension}", &stem[..stem.len().min(room)])
}
// endregion:resources

/// Returns the usual extension of a media type.
///
/// Source: the IANA registry of media types, as far as browsers show them.
pub fn extension(media: &str) -> Option<&'static str> {
    Some(match media {
        "text/html" | "application/xhtml+xml" => "html",
        "text/css" => "css",
        "text/javascript" | "application/javascript" | "application/x-javascript" => "js",
        "text/plain" => "txt",
        "text/vtt" => "vtt",
        "application/json" | "application/manifest+json" => "json",
        "application/xml" | "text/xml" => "xml",
        "application/pdf" => "pdf",
        "application/wasm" => "wasm",
        "image/avif" => "avif",
        "image/gif" => "gif",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/svg+xml" => "svg",
        "image/webp" => "webp",
        "image/x-icon" | "image/vnd.microsoft.icon" => "ico",
        "font/otf" => "otf",
        "font/ttf" => "ttf",
        "font/woff" | "application/font-woff" => "woff",
        "font/woff2" => "woff2",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "audio/wav" => "wav",
        "video/mp4" => "mp4",
        "video/ogg" => "ogv",
        "video/webm" => "webm",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str, media: Option<&str>) -> String {
        let url = Url::parse(&format!("http://h{path}")).expect("a URL");
        Names::default().of(&url, media)
    }

    #[test]
    fn a_name_is_the_last_segment_in_plain_characters() {
        assert_eq!(name("/a/logo.png?v=3", Some("image/png")), "logo.png");
        assert_eq!(name("/a%20b/c%20d:e.png", None), "c_20d_e.png");
        assert_eq!(name("/.hidden", None), "hidden");
        assert_eq!(name("/...", None), "index");
        assert_eq!(name("/a/", Some("text/html")), "index.html");
    }

    #[test]
    fn an_extension_is_kept_or_comes_from_the_type() {
        assert_eq!(name("/logo", Some("image/png")), "logo.png");
        assert_eq!(name("/logo.jpg", Some("image/png")), "logo.jpg");
        assert_eq!(name("/load.php", Some("text/css")), "load.php.css");
        assert_eq!(name("/frame.HTM", Some("text/html")), "frame.HTM");
        assert_eq!(name("/data", None), "data");
    }

    #[test]
    fn names_that_are_taken_count_up_and_long_ones_are_cut_before_the_extension() {
        let mut names = Names::default();
        let url = Url::parse("http://h/x.png").expect("a URL");
        let three = [(); 3].map(|()| names.of(&url, None));
        assert_eq!(three, ["x.png", "x-2.png", "x-3.png"]);
        let long = Url::parse(&format!("http://h/{}.png", "y".repeat(300))).expect("a URL");
        let two = [(); 2].map(|()| names.of(&long, None));
        assert_eq!(two[0], format!("{}.png", "y".repeat(76)));
        assert_eq!(two[1], format!("{}-2.png", "y".repeat(74)));
    }

    #[test]
    fn files_call_each_other_by_the_shortest_way() {
        assert_eq!(relative("index.html", "files/a.css"), "files/a.css");
        assert_eq!(relative("files/a.css", "files/b.png"), "b.png");
        assert_eq!(relative("files/a.html", "index.html"), "../index.html");
        assert_eq!(relative("index.html", "index.html"), "index.html");
    }
}
