//! HTML as a sequence of events, and events as HTML.
//!
//! The tokenizer is html5ever's, which follows the HTML standard to the letter. It builds no tree: whoever looks for links needs tags and
//! attributes, and a tree costs more time than all else together. A parser tells its tokenizer what a tree shows: that text inside
//! of `script` holds no tags, for one. [`Reader`] does that part.
//!
//! Source: the HTML standard, "tree construction", as far as it switches the tokenizer.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Doctype, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// How much text is handed to the tokenizer at once, in bytes, so that a large page is never there twice.
const PIECE: usize = 64 << 10;

// region:given/event
/// What a document consists of, in its order.
#[derive(Debug)]
pub enum Event<'a> {
    /// `<!DOCTYPE …>`
    Doctype(&'a Doctype),
    /// A start tag. Its attributes may be changed.
    Open(&'a mut Tag),
    /// An end tag.
    Close(&'a str),
    /// Text whose character references are undone.
    Text(&'a str),
    /// Text in which nothing is markup: of a script, for one.
    Raw(&'a str),
    /// All the text of a `style` element.
    Style(&'a str),
    /// The text of a comment.
    Comment(&'a str),
}
// endregion:given/event

/// Calls `each` with every event of a document. Nothing is an error: HTML has none that ends a page.
pub fn read(text: &str, each: impl FnMut(Event<'_>)) {
    let reader = Reader {
        state: RefCell::new(State {
            each,
            raw: None,
            style: None,
            foreign: Vec::new(),
        }),
    };
    let tokenizer = Tokenizer::new(reader, TokenizerOpts::default());
    let queue = BufferQueue::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        queue.push_back(StrTendril::from_slice(piece));
        // A script that ends would let a browser run it first; here it is only a place to go on from.
        while !queue.is_empty() {
            let _ = tokenizer.feed(&queue);
        }
        rest = after;
    }
    tokenizer.end();
}

/// Returns an attribute's value.
pub fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs
        .iter()
        .find(|attribute| &*attribute.name.local == name)
        .map(|attribute| &*attribute.value)
}

struct Reader<F> {
    state: RefCell<State<F>>,
}

struct State<F> {
    each: F,
    /// The element whose text is no markup, while it is open.
    raw: Option<RawKind>,
    /// What came of a `style` element.
    style: Option<String>,
    /// Open elements that lead into SVG or MathML (true) and back into HTML (false).
    foreign: Vec<bool>,
}

impl<F: FnMut(Event<'_>)> TokenSink for Reader<F> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        self.state.borrow_mut().take(token)
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.state.borrow().is_foreign()
    }
}

impl<F: FnMut(Event<'_>)> State<F> {
    fn is_foreign(&self) -> bool {
        self.foreign.last() == Some(&true)
    }

    fn take(&mut self, token: Token) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(mut tag) if tag.kind == TagKind::StartTag => return self.open(&mut tag),
            Token::TagToken(tag) => self.close(&tag.name),
            Token::CharacterTokens(text) => match (&mut self.style, &self.raw) {
                (Some(style), _) => style.push_str(&text),
                (None, Some(kind)) if *kind != RawKind::Rcdata => (self.each)(Event::Raw(&text)),
                _ => (self.each)(Event::Text(&text)),
            },
            Token::CommentToken(text) => (self.each)(Event::Comment(&text)),
            Token::DoctypeToken(doctype) => (self.each)(Event::Doctype(&doctype)),
            Token::EOFToken => self.end_style(),
            Token::NullCharacterToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }

    fn open(&mut self, tag: &mut Tag) -> TokenSinkResult<()> {
        if self.is_foreign() && ends_foreign(&tag.name) {
            self.foreign.clear();
        }
        let foreign = self.is_foreign();
        match &*tag.name {
            "svg" | "math" if !tag.self_closing => self.foreign.push(true),
            "foreignobject" | "desc" | "title" | "annotation-xml" if foreign && !tag.self_closing => {
                self.foreign.push(false);
            }
            _ => {}
        }
        (self.each)(Event::Open(tag));
        if foreign || self.is_foreign() {
            return TokenSinkResult::Continue;
        }
        let kind = match &*tag.name {
            "title" | "textarea" => RawKind::Rcdata,
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => RawKind::Rawtext,
            "script" => RawKind::ScriptData,
            "plaintext" => return TokenSinkResult::Plaintext,
            _ => return TokenSinkResult::Continue,
        };
        self.raw = Some(kind);
        self.style = (&*tag.name == "style").then(String::new);
        TokenSinkResult::RawData(kind)
    }

    fn close(&mut self, name: &str) {
        self.raw = None;
        self.end_style();
        if matches!(
            name,
            "svg" | "math" | "foreignobject" | "desc" | "title" | "annotation-xml"
        ) {
            self.foreign.pop();
        }
        (self.each)(Event::Close(name));
    }

    fn end_style(&mut self) {
        if let Some(style) = self.style.take() {
            (self.each)(Event::Style(&style));
        }
    }
}

/// Whether an element cannot stand in SVG or MathML, so that it ends them, closed or not.
///
/// Source: the HTML standard, "the rules for parsing tokens in foreign content".
fn ends_foreign(name: &str) -> bool {
    const ENDING: &str = " b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li \
        listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var ";
    ENDING.split_ascii_whitespace().any(|ending| ending == name)
}

/// Writes an event as HTML.
pub fn write(event: &Event<'_>, out: &mut String) {
    match event {
        Event::Doctype(doctype) => write_doctype(doctype, out),
        Event::Open(tag) => {
            out.push('<');
            out.push_str(&tag.name);
            for attribute in &tag.attrs {
                out.push(' ');
                out.push_str(&attribute.name.local);
                out.push_str("=\"");
                escape(&attribute.value, out);
                out.push('"');
            }
            out.push_str(if tag.self_closing { "/>" } else { ">" });
        }
        Event::Close(name) => {
            out.push_str("</");
            out.push_str(name);
            out.push('>');
        }
        Event::Text(text) => escape(text, out),
        Event::Raw(text) | Event::Style(text) => out.push_str(text),
        Event::Comment(text) => {
            out.push_str("<!--");
            out.push_str(text);
            out.push_str("-->");
        }
    }
}

fn write_doctype(doctype: &Doctype, out: &mut String) {
    out.push_str("<!DOCTYPE ");
    out.push_str(doctype.name.as_deref().unwrap_or_default());
    if let Some(public) = &doctype.public_id {
        out.push_str(" PUBLIC \"");
        out.push_str(public);
        out.push('"');
    }
    if let Some(system) = &doctype.system_id {
        out.push_str(if doctype.public_id.is_some() {
            " \""
        } else {
            " SYSTEM \""
        });
        out.push_str(system);
        out.push('"');
    }
    out.push('>');
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\u{a0}']) {
        out.push_str(&rest[..at]);
        let special = &rest[at..];
        let (name, length) = match special.as_bytes()[0] {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' => ("&quot;", 1),
            _ => ("&nbsp;", 2),
        };
        out.push_str(name);
        rest = &special[length..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> String {
        let mut out = String::new();
        read(text, |event| write(&event, &mut out));
        out
    }

    fn tags(text: &str) -> String {
        let mut names = Vec::new();
        read(text, |event| {
            if let Event::Open(tag) = event {
                names.push(tag.name.to_string());
            }
        });
        names.join(" ")
    }

    #[test]
    fn what_is_read_is_written_as_it_means() {
        let page = "<!DOCTYPE html><title>a &amp; b</title><style>p > a { color: red }</style>\
            <script>if (a < b && c) { x = \"<p>\" }</script><!-- <a> --><p title=\"&quot;\">&lt;p&gt;</p>";
        assert_eq!(again(page), page);
        assert_eq!(again("<P CLASS=x>a&nbsp;&copy;"), "<p class=\"x\">a&nbsp;©");
    }

    #[test]
    fn text_of_scripts_and_their_like_holds_no_tags() {
        assert_eq!(tags("<script>'<a>'</script><b>"), "script b");
        assert_eq!(
            tags("<style><a></style><textarea><a></textarea><iframe><a></iframe><b>"),
            "style textarea iframe b"
        );
        assert_eq!(
            tags("<script><!--<script></script><a>--></script><b>"),
            "script b"
        );
        assert_eq!(tags("<plaintext><a>"), "plaintext");
    }

    #[test]
    fn in_svg_a_style_is_markup_until_something_ends_the_svg() {
        assert_eq!(
            tags("<svg><style><a></style></svg><style><b></style>"),
            "svg style a style"
        );
        assert_eq!(tags("<svg><p><style><b></style>"), "svg p style");
        assert_eq!(
            tags("<svg><foreignObject><style><b></style>"),
            "svg foreignobject style"
        );
        assert_eq!(tags("<svg><![CDATA[<a>]]></svg>"), "svg");
    }

    #[test]
    fn a_large_page_comes_in_pieces_and_is_still_one() {
        let page = "<p>é</p>".repeat(20_000);
        assert_eq!(again(&page), page);
    }
}
