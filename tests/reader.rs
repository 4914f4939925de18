//! Decoding from a reader gives what decoding of the whole input gives, at any chunking, in constant memory.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use allocation_counter::measure;
use ecs_invocations::finding::Location;
use ecs_invocations::{
    Decoded, Error, ErrorKind, Finding, FindingKind, Limit, Options, ReadError, decode_all,
    decode_reader,
};

/// Everything about a document but its findings on invalid bytes.
#[derive(Debug, PartialEq)]
enum Document {
    Decoded { response: String, findings: Vec<Finding>, omitted: usize, is_xml: bool },
    Failed { kind: ErrorKind, path: String, location: Location },
}

impl Document {
    fn new(decoded: Result<Decoded<'_>, Error>) -> Self {
        match decoded {
            Ok(decoded) => Self::Decoded {
                response: format!("{:?}", decoded.response),
                findings: decoded.findings,
                omitted: decoded.findings_omitted,
                is_xml: decoded.format == ecs_invocations::Format::Xml,
            },
            Err(error) => Self::Failed {
                kind: error.kind().clone(),
                path: error.path().to_string(),
                location: error.location().clone(),
            },
        }
    }

    /// Without the findings on invalid bytes, which another document may have.
    fn without_encoding(mut self) -> Self {
        if let Self::Decoded { findings, .. } = &mut self {
            findings.retain(|finding| !matches!(finding.kind, FindingKind::InvalidBytes { .. }));
        }
        self
    }
}

fn whole(options: &Options, input: &[u8]) -> Vec<Document> {
    options.decode_all(input).map(Document::new).collect()
}

fn streamed(options: &Options, reader: impl BufRead) -> Vec<Document> {
    let documents = options.decode_reader(reader).map(|decoded| match decoded {
        Ok(decoded) => Ok(decoded),
        Err(ReadError::Decode(error)) => Err(error),
        Err(ReadError::Io(error)) => panic!("{error}"),
    });
    documents.map(Document::new).collect()
}

/// Returns one to five bytes at a time, and is interrupted in between.
struct ShortReads<'a> {
    bytes: &'a [u8],
    reads: usize,
}

impl Read for ShortReads<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        if self.reads % 3 == 0 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = (1 + self.reads * 7 % 5).min(buffer.len());
        self.bytes.read(&mut buffer[..length])
    }
}

/// Decodes at several chunkings, which must agree.
fn streamed_at_any_chunking(options: &Options, input: &[u8]) -> Vec<Document> {
    let once = streamed(options, input);
    for size in [1, 2, 3, 7, 64] {
        // Small chunks of a large input take long, and have been seen.
        if input.len() / size < 30_000 {
            let documents = streamed(options, BufReader::with_capacity(size, input));
            assert!(documents == once, "{size}: {}", String::from_utf8_lossy(input));
        }
    }
    if input.len() < 100_000 {
        let short = BufReader::with_capacity(16, ShortReads { bytes: input, reads: 0 });
        assert!(streamed(options, short) == once, "{}", String::from_utf8_lossy(input));
    }
    once
}

fn is_same(options: &Options, input: &[u8]) -> bool {
    let encoding = |document: Vec<Document>| -> Vec<Document> {
        document.into_iter().map(Document::without_encoding).collect()
    };
    let whole = encoding(whole(options, input));
    let streamed = encoding(streamed_at_any_chunking(options, input));
    if whole != streamed && std::env::var_os("SHOW").is_some() {
        println!(
            "--- {}\nwhole {whole:#?}\nstreamed {streamed:#?}",
            String::from_utf8_lossy(input)
        );
    }
    whole == streamed
}

fn both_options() -> [Options; 2] {
    let repair = Options::default();
    let mut strict = repair;
    strict.repair = false;
    [repair, strict]
}

fn corpus() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut files = Vec::new();
    for directory in ["documented", "regressions", "answers", "decode_bytes"] {
        let mut paths: Vec<_> = fs::read_dir(root.join(directory))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_none_or(|extension| extension != "md"))
            .collect();
        paths.sort();
        let read = |path: &std::path::PathBuf| {
            (path.strip_prefix(&root).unwrap().display().to_string(), fs::read(path).unwrap())
        };
        files.extend(paths.iter().map(read));
    }
    files
}

#[test]
fn corpus_is_read_as_the_whole_input_is() {
    let files = corpus();
    let line = b"{\"Code\": \"a\", \"Message\": \"it's\"}\n".as_slice();
    let (mut inputs, mut different) = (0, Vec::new());
    for (nth, (name, file)) in files.iter().enumerate() {
        let next = &files[(nth + 1) % files.len()].1;
        let joined: [(&str, Vec<u8>); 6] = [
            ("alone", file.clone()),
            ("before lines", [file, b"\n".as_slice(), line, line].concat()),
            ("after lines", [line, line, file].concat()),
            ("between lines", [line, file, b"\n", line, line].concat()),
            ("before another", [file.as_slice(), b"\n", next].concat()),
            ("between lines before another", [line, file, b"\n", next, b"\n", line].concat()),
        ];
        for (how, input) in joined {
            for options in both_options() {
                inputs += 1;
                if !is_same(&options, &input) {
                    different.push(format!("{name} {how}, repair {}", options.repair));
                }
            }
        }
    }
    println!("{} of {inputs} differ\n{}", different.len(), different.join("\n"));
    assert!(different.is_empty());
}

#[test]
fn damaged_lines_are_read_as_in_the_whole_input() {
    let lines = "{\"Code\":\"a\",\"X\":[{\"b\":1}]}\n{\"Code\": \"it's\", \"Message\":null}\n\
                 {\n\"Code\":\"c\"\n}\n{\"Code\":\"`d\"}\n";
    let (mut inputs, mut different) = (0, Vec::new());
    let mut check = |input: String| {
        for options in both_options() {
            inputs += 1;
            if !is_same(&options, input.as_bytes()) {
                different.push(format!("repair {}: {input:?}", options.repair));
            }
        }
    };
    check(lines.to_owned());
    for at in 0..lines.len() {
        let (before, after) = lines.split_at(at);
        check(format!("{before}{}", &after[1..]));
        for inserted in "{}[]\",:'`\\\n <&/#x0".chars() {
            check(format!("{before}{inserted}{after}"));
            check(format!("{before}{inserted}{}", &after[1..]));
        }
        for inserted in ["/*", "\"}\n{\"", " }\n", "}\n{\"a\":", "\nlog }\n", "<Error/>", "}}\n"] {
            check(format!("{before}{inserted}{after}"));
        }
    }
    println!("{} of {inputs} differ\n{}", different.len(), different.join("\n"));
    assert!(different.is_empty());
}
