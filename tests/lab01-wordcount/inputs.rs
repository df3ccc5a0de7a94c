//! Writes an input of `bench` and of the large cases to stdout: `wordcount-inputs NAME MEGABYTES`.
//!
//! The same name and size give the same bytes on every machine, so that two people speak of one figure.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

/// The words that English uses most, most frequent first.
const COMMON: &str = "the of and to a in that is was he for it with as his on be at by I this had not are but \
    from or have an they which one you were all her she there would their we him been has when who will no \
    more if out so up said what its about than into them can only other time new some could these two may \
    first then do any like my now over such our man me even most made after also did many off before must \
    well back through years where much your way down should because long each just state those people too \
    little good world very make year still see own work men day get here between both life being under three \
    never know same last another while us might great go come since against right came take used himself few \
    house use during without again place around however home small found thought went say part once general \
    high upon school every";

/// What the other words are made of.
const ONSETS: [&str; 24] = [
    "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "l", "m", "n", "p", "pr", "r", "s", "sh",
    "st", "t", "tr", "v", "w",
];
const VOWELS: [&str; 15] = [
    "a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ea", "ou", "ai", "io", "ee",
];
const CODAS: [&str; 14] = [
    "", "", "", "n", "r", "s", "t", "l", "nd", "ck", "st", "m", "ght", "ng",
];
const ENDINGS: [&str; 10] = ["", "s", "ed", "ing", "er", "ly", "tion", "ness", "able", "est"];

/// How many different words the text draws from.
const VOCABULARY: usize = 250_000;
const LINE: usize = 76;
const SEED: u64 = 20_130_401;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (name, megabytes) = (
        arguments.next(),
        arguments.next().and_then(|n| n.parse::<u64>().ok()),
    );
    let (Some(name), Some(megabytes), None) = (name, megabytes, arguments.next()) else {
        eprintln!("usage: wordcount-inputs english|line MEGABYTES");
        return ExitCode::from(2);
    };
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = match name.as_str() {
        "english" => english(&mut out, megabytes * 1_000_000, LINE),
        "line" => english(&mut out, megabytes * 1_000_000, usize::MAX),
        _ => {
            eprintln!("wordcount-inputs: no input is called {name}: english, line");
            return ExitCode::from(2);
        }
    };
    match written.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wordcount-inputs: stdout: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes about `size` bytes of sentences, whose words follow Zipf's law, in lines of at most `line` bytes.
fn english(out: &mut impl Write, size: u64, line: usize) -> io::Result<()> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let words = vocabulary(&mut random);
    let ranks = Zipf::new(words.len());
    let (mut written, mut column) = (0, 0);
    let mut sentence = 0;
    let mut text = String::new();
    while written < size {
        let word = &words[ranks.draw(&mut random)];
        text.clear();
        if sentence == 0 {
            sentence = random.usize(4..30);
            text.push_str(&word[..1].to_uppercase());
            text.push_str(&word[1..]);
        } else {
            text.push_str(word);
        }
        sentence -= 1;
        match random.u8(..) {
            _ if sentence == 0 => text.push('.'),
            0..=15 => text.push(','),
            16..=17 => text.push(';'),
            _ => {}
        }
        let separator = if column == 0 {
            ""
        } else if column + 1 + text.len() > line {
            column = 0;
            "\n"
        } else {
            column += 1;
            " "
        };
        out.write_all(separator.as_bytes())?;
        out.write_all(text.as_bytes())?;
        column += text.len();
        written += (separator.len() + text.len()) as u64;
    }
    out.write_all(b"\n")
}

/// Makes the words, most frequent first; frequent words are short, as in every language.
fn vocabulary(random: &mut fastrand::Rng) -> Vec<String> {
    let mut known = std::collections::HashSet::new();
    let mut words: Vec<String> = COMMON.split_whitespace().map(str::to_owned).collect();
    known.extend(words.iter().cloned());
    while words.len() < VOCABULARY {
        let syllables = match words.len() {
            0..1_500 => 1,
            1_500..15_000 => random.usize(1..3),
            _ => random.usize(2..4),
        };
        let mut word = String::new();
        for _ in 0..syllables {
            word.push_str(ONSETS[random.usize(..ONSETS.len())]);
            word.push_str(VOWELS[random.usize(..VOWELS.len())]);
            word.push_str(CODAS[random.usize(..CODAS.len())]);
        }
        if random.bool() {
            word.push_str(ENDINGS[random.usize(..ENDINGS.len())]);
        }
        if known.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// Draws ranks so that rank r comes up in proportion to 1 / (r + 2.7)^1.15, after Zipf and Mandelbrot.
struct Zipf {
    cumulative: Vec<f64>,
}

impl Zipf {
    fn new(ranks: usize) -> Zipf {
        let mut sum = 0.0;
        let cumulative = (0..ranks)
            .map(|rank| {
                sum += (rank as f64 + 2.7).powf(-1.15);
                sum
            })
            .collect();
        Zipf { cumulative }
    }

    fn draw(&self, random: &mut fastrand::Rng) -> usize {
        let total = self.cumulative[self.cumulative.len() - 1];
        let target = random.f64() * total;
        self.cumulative
            .partition_point(|&sum| sum <= target)
            .min(self.cumulative.len() - 1)
    }
}
