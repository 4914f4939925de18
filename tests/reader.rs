//! Decoding from a reader gives what decoding of the whole input gives, at any chunking, in constant memory.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::thread;

use allocation_counter::measure;
use ecs_invocations::finding::Location;
use ecs_invocations::{
    Decoded, Error, ErrorKind, Finding, Limit, Options, ReadError, Repair, decode_reader,
};

/// Everything about a document.
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
        if self.reads.is_multiple_of(3) {
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

/// Whether the documents of a reader are those of the whole input.
fn is_same(options: &Options, input: &[u8]) -> bool {
    whole(options, input) == streamed_at_any_chunking(options, input)
}

fn strict() -> Options {
    let mut options = Options::default();
    options.repair = Repair::None;
    options
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

/// Inputs of noise in which text beyond a line decides where a malformed document ends.
const DIVIDED_OTHERWISE: [&str; 2] = [
    "decode_bytes/b99478791f84551b0c1155e4b8640a4942d81c11",
    "regressions/text-after-the-last-document.bin",
];

#[test]
fn corpus_is_read_as_the_whole_input_is() {
    let files = corpus();
    let halves = thread::scope(|scope| {
        let second = scope.spawn(|| differences(&files, 1));
        [differences(&files, 0), second.join().unwrap()]
    });
    let inputs: usize = halves.iter().map(|(inputs, _)| inputs).sum();
    assert!(inputs > 2_500, "{inputs}");
    let different: Vec<_> = halves.into_iter().flat_map(|(_, different)| different).collect();
    assert_eq!(different, [""; 0]);
}

/// The number of inputs of every second file, and those that are not read as the whole input is.
fn differences(files: &[(String, Vec<u8>)], half: usize) -> (usize, Vec<String>) {
    let line = b"{\"Code\": \"a\", \"Message\": \"it's\"}\n".as_slice();
    let (mut inputs, mut different) = (0, Vec::new());
    for (nth, (name, file)) in files.iter().enumerate().skip(half).step_by(2) {
        if DIVIDED_OTHERWISE.contains(&name.as_str()) {
            continue;
        }
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
            inputs += 1;
            if !is_same(&Options::default(), &input) {
                different.push(format!("{name} {how}"));
            }
        }
    }
    (inputs, different)
}

/// Inputs that differ from `lines` in one place.
fn damaged(lines: &str) -> impl Iterator<Item = String> {
    let pieces = ["/*", " }\n", "}\n{\"a\":", "\"}\n{\"", "\nlog }\n", "<Error/>", "}}\n", "{}\n"];
    (0..lines.len()).flat_map(move |at| {
        let (before, after) = lines.split_at(at);
        let rest = &after[1..];
        let removed = format!("{before}{rest}");
        let changed = "{}[]\",:'`\\\n <&/#x0".chars().flat_map(move |inserted| {
            [format!("{before}{inserted}{after}"), format!("{before}{inserted}{rest}")]
        });
        let inserted = pieces.into_iter().map(move |piece| format!("{before}{piece}{after}"));
        std::iter::once(removed).chain(changed).chain(inserted)
    })
}

#[test]
fn damaged_lines_are_read_as_in_the_whole_input() {
    let lines = "{\"Code\":\"a\",\"X\":[{\"b\":1}]}\n{\"Code\": \"it's\", \"Message\":null}\n\
                 {\n\"Code\":\"c\"\n}\n{\"Code\":\"`d\"}\n";
    let different: Vec<_> =
        damaged(lines).filter(|input| !is_same(&Options::default(), input.as_bytes())).collect();
    assert!(different.is_empty(), "{different:#?}");
}

#[test]
fn damaged_lines_are_rejected_as_in_the_whole_input() {
    let lines = "{\"Code\":\"a\",\"X\":[{\"b\":1}]}\n{\"Code\": \"it's\", \"Message\":null}\n\
                 {\"Code\":\"c\"}\n{\"Code\":\"`d\"}\n";
    // A document that only brackets in a later one would close is a difference, as documented.
    let different: Vec<_> = damaged(lines)
        .filter(|input| input.lines().count() == lines.lines().count())
        .filter(|input| !is_same(&strict(), input.as_bytes()))
        .collect();
    assert!(different.is_empty(), "{different:#?}");
}

/// Most documents are blocks of their own, even next to malformed ones.
#[test]
fn blocks_are_as_small_as_possible() {
    let lines = [
        "\u{feff}{\"Code\": \"a\"}\n",
        "{\"Code\": \"b\",}\r\n\n",
        "{\n  \"Code\": \"c\",\n  \"X\": [\n{},\n{}\n]\n}\n",
        // What does not start with a name in double quotes is in the block before.
        "{\"Code\": \"d\"}\n{'Code': 'd'}\nlog }\n{\"Code\": \"d\"} {\"Code\": \"d\"}\n\
         {\"Code\": \"d\"}\n",
        "{\"Code\": \"e }\n",
        "{\"no\": \"response\"}\n",
        "{\"Code\": \"f\"",
    ];
    let input = lines.concat();
    let blocks = |size| {
        let blocks = Options::default().blocks(input.as_bytes(), size);
        blocks.collect::<Result<Vec<_>, _>>().unwrap()
    };
    let bytes: Vec<_> =
        blocks(1).iter().map(|block| String::from_utf8_lossy(block.bytes()).into_owned()).collect();
    assert_eq!(bytes, lines);
    let documents = whole(&Options::default(), input.as_bytes());
    for size in 1..input.len() + 2 {
        let blocks = blocks(size);
        let mut at = 0;
        for (nth, block) in blocks.iter().enumerate() {
            assert_eq!(block.offset(), at);
            at += block.bytes().len();
            assert!(nth + 1 == blocks.len() || block.bytes().len() >= size);
        }
        assert_eq!(at, input.len());
        let decoded: Vec<_> =
            blocks.iter().flat_map(|block| block.decode_all().map(Document::new)).collect();
        assert_eq!(decoded, documents, "{size}");
    }
}

#[test]
fn an_input_that_is_not_a_sequence_is_one_block() {
    let inputs =
        ["", "[{}\n{}\n{}]", "<Error/>\n{}\n{}", "log: {}\n{}\n{}", "{\n{\n{", "{'a}\n{\"b\":1}"];
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let inputs = inputs.map(|input| input.as_bytes().to_vec());
    for input in inputs.into_iter().chain([utf16("{\"Code\":1}\n{\"Code\":1}")]) {
        let blocks = Options::default().blocks(&input[..], 1);
        let blocks: Vec<_> = blocks.map(|block| block.unwrap().bytes().to_vec()).collect();
        assert_eq!(blocks, std::slice::from_ref(&input));
        assert!(is_same(&Options::default(), &input));
    }
}

#[test]
fn the_size_limit_is_that_of_a_document() {
    let mut options = Options::default();
    options.max_bytes = 14;
    let line = "{\"Code\":\"a\"}\n"; // 13 bytes
    let is_limit = |document: &Document| {
        let limit = ErrorKind::Limit { limit: Limit::Bytes, most: 14 };
        matches!(document, Document::Failed { kind, .. } if *kind == limit)
    };
    let documents = streamed_at_any_chunking(&options, line.repeat(50).as_bytes());
    assert!(documents.len() == 50 && !documents.iter().any(is_limit));
    for large in ["{\"Code\":\"aaa\"}\n", "{\"Code\":\"a\"}\n\n\n", "{\"Code\":\"a\n\n\n\n\n"] {
        for after in ["", line, &line.repeat(99)] {
            let input = [line, line, large, after].concat();
            let documents = streamed_at_any_chunking(&options, input.as_bytes());
            assert_eq!(documents.len(), 3, "{input}");
            assert_eq!(documents.iter().position(is_limit), Some(2));
            let sizes = [1, 20, 1000].map(|size| {
                let blocks = options.blocks(input.as_bytes(), size).map(Result::unwrap);
                blocks
                    .flat_map(|block| block.decode_all().map(Document::new).collect::<Vec<_>>())
                    .collect()
            });
            for blocks in sizes {
                let blocks: Vec<Document> = blocks;
                assert_eq!(blocks, documents);
            }
        }
    }
    let documents = streamed_at_any_chunking(&options, b"<Error><Code>a</Code></Error>");
    assert!(documents.len() == 1 && is_limit(&documents[0]));
}

/// Fails after `bytes`.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("connection reset")),
            length => Ok(length),
        }
    }
}

#[test]
fn an_error_of_the_reader_follows_the_complete_documents() {
    let input = b"{\"Code\":\"a\"}\n{\"Code\":\"b\"}\n{\"Code\":\"c\"}\n{\"Cod";
    for size in [1, 2, 3, 7, 8192] {
        let mut documents = decode_reader(BufReader::with_capacity(size, Failing(input)));
        assert!(documents.by_ref().take(2).all(|decoded| decoded.is_ok()));
        // The last line may go on.
        let error = documents.next().unwrap().unwrap_err();
        assert!(matches!(&error, ReadError::Io(error) if error.to_string() == "connection reset"));
        assert!(documents.next().is_none());
        let blocks =
            Options::default().blocks(BufReader::with_capacity(size, Failing(input)), 1000);
        let blocks: Vec<_> = blocks.collect();
        assert!(matches!(&blocks[..], [Ok(block), Err(_)] if block.bytes() == &input[..26]));
    }
}

/// Documents without end, as from a pipe.
struct Endless<'a> {
    line: &'a [u8],
    left: usize,
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.left.min(self.line.len()).min(buffer.len());
        assert!(length == self.left || length == self.line.len(), "a line fits the buffer");
        buffer[..length].copy_from_slice(&self.line[..length]);
        self.left -= length;
        Ok(length)
    }
}

#[test]
fn memory_does_not_grow_with_the_number_of_documents() {
    for line in ["{\"Code\":\"a\",\"Message\":\"m\"}\n", "{\"Code\":\"a\" \"Message\":\"it's\",}\n"]
    {
        let peak = |documents: usize| {
            let reader = Endless { line: line.as_bytes(), left: documents * line.len() };
            let mut count = 0;
            let info = measure(|| {
                count = decode_reader(BufReader::new(reader)).filter(Result::is_ok).count();
            });
            assert_eq!(count, documents);
            info.bytes_max
        };
        let (few, many) = (peak(500), peak(50_000));
        println!("{few} bytes for 500 documents, {many} for 50000");
        assert!(many <= few, "{few} bytes, then {many}");
    }
}

#[cfg(feature = "async")]
mod asynchronous {
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use ecs_invocations::decode_async_reader;
    use futures_core::Stream as _;
    use futures_io::{AsyncBufRead, AsyncRead};

    use super::*;

    /// Is not ready every other time, and then has up to `size` bytes.
    struct Slow<R> {
        reader: R,
        size: usize,
        is_ready: bool,
    }

    impl<R: BufRead + Unpin> AsyncRead for Slow<R> {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            unreachable!("the buffer is read")
        }
    }

    impl<R: BufRead + Unpin> AsyncBufRead for Slow<R> {
        fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            let this = self.get_mut();
            this.is_ready = !this.is_ready;
            if !this.is_ready {
                return Poll::Pending;
            }
            let size = this.size;
            Poll::Ready(this.reader.fill_buf().map(|bytes| &bytes[..bytes.len().min(size)]))
        }

        fn consume(mut self: Pin<&mut Self>, length: usize) {
            self.reader.consume(length);
        }
    }

    /// The documents, and how often the stream was not ready.
    fn collect(reader: impl AsyncBufRead + Unpin) -> (Vec<Result<Document, String>>, usize) {
        let mut stream = decode_async_reader(reader);
        let mut context = Context::from_waker(Waker::noop());
        let (mut documents, mut pending) = (Vec::new(), 0);
        loop {
            match Pin::new(&mut stream).poll_next(&mut context) {
                Poll::Pending => pending += 1,
                Poll::Ready(None) => return (documents, pending),
                Poll::Ready(Some(decoded)) => documents.push(match decoded {
                    Ok(decoded) => Ok(Document::new(Ok(decoded))),
                    Err(ReadError::Decode(error)) => Ok(Document::new(Err(error))),
                    Err(ReadError::Io(error)) => Err(error.to_string()),
                }),
            }
        }
    }

    #[test]
    fn a_stream_gives_what_a_reader_gives() {
        for (name, file) in corpus() {
            let input = [&file[..], b"\n{\"Code\": \"a\"}\n", &file].concat();
            let expected: Vec<_> =
                streamed(&Options::default(), &input[..]).into_iter().map(Ok).collect();
            for size in [7, 8192] {
                let slow = Slow { reader: &input[..], size, is_ready: true };
                let (documents, pending) = collect(slow);
                assert!(documents == expected, "{name}");
                assert!(pending >= input.len() / size, "{name}");
            }
        }
    }

    #[test]
    fn an_error_of_the_reader_ends_the_stream() {
        let input = b"{\"Code\":\"a\"}\n{\"Code\":\"b\"}\n{\"Cod";
        let reader = BufReader::with_capacity(5, Failing(input));
        let (documents, _) = collect(Slow { reader, size: 5, is_ready: false });
        assert!(matches!(&documents[..], [Ok(_), Err(error)] if error == "connection reset"));
    }
}
