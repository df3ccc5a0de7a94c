//! The look of the pages: one style sheet in each, no script, nothing from elsewhere.

use super::escape::html;

const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --good: #2a7f3f; --bad: #c0392b; --soft: #8882; }
@media (prefers-color-scheme: dark) { :root { --good: #5fc27e; --bad: #ff8a7a; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem .8rem .25rem 0; vertical-align: top; }
thead th { border-bottom: 1px solid var(--line); } td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
.bar { display: inline-block; width: 10rem; height: .7rem; background: var(--soft); border-radius: .2rem; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--good); }
.good { color: var(--good); } .bad { color: var(--bad); } .dim { opacity: .7; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .3rem .8rem; }
details div:target { border-left: 3px solid var(--bad); padding-left: .8rem; }
summary { cursor: pointer; }
pre { background: var(--soft); padding: .6rem .8rem; border-radius: .3rem; overflow-x: auto; font: 13px/1.45 ui-monospace, monospace; }
pre .dim { opacity: .65; } .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } .pair > div { min-width: 0; }
pre .minus { color: var(--good); } pre .plus { color: var(--bad); } pre span { display: block; min-height: 1.45em; }
";

/// A whole page. `body` is markup already.
pub(crate) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n{body}</body>\n</html>\n",
        html(title)
    )
}

/// A bar that is `part` of `whole` long.
pub(crate) fn bar(part: usize, whole: usize) -> String {
    let percent = (100 * part).checked_div(whole).unwrap_or(0);
    format!("<span class=\"bar\"><i style=\"width:{percent}%\"></i></span>")
}
