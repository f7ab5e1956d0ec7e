//! The server for AI assistants, asked line by line as its protocol has it; the Python tests ask it with the protocol's own client.
#![cfg(feature = "mcp")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use common::Desk;
use serde_json::{Value, json};

/// A server, and what is said to it.
struct Server {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    asked: u64,
}

impl Server {
    fn start(desk: &Desk, options: &[&str]) -> Self {
        let mut command = desk.command(&[&["mcp"], options].concat());
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut server = Self {
            child,
            to,
            from: BufReader::new(from),
            asked: 0,
        };
        let about = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } });
        let answer = server.ask("initialize", about);
        assert_eq!(answer["result"]["serverInfo"]["name"], "crmkit");
        server.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        server
    }

    fn say(&mut self, message: &Value) {
        writeln!(self.to, "{message}").unwrap();
        self.to.flush().unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let asked = self.asked;
        self.say(&json!({ "jsonrpc": "2.0", "id": asked, "method": method, "params": params }));
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], asked, "{answer}");
        answer
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        answer["result"]["structuredContent"].clone()
    }

    fn tools(&mut self) -> Vec<String> {
        let answer = self.ask("tools/list", json!({}));
        let tools = answer["result"]["tools"].as_array().unwrap().iter();
        tools
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Closes the input, upon which it ends well.
    fn end(self) {
        let Self { mut child, to, .. } = self;
        drop(to);
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn an_assistant_reads_unless_it_may_write() {
    let desk = Desk::new("en");
    let number = desk.customer("Example Machines Ltd", "021-5555 0199");
    let mut server = Server::start(&desk, &[]);
    assert!(!server.tools().contains(&"add_customer".to_owned()));
    let found = server.call("find_customers", json!({ "text": "machines" }));
    assert_eq!(found["items"][0]["number"], number.as_str());
    let refused = server.call("move_deal", json!({}));
    assert_eq!(refused["error"]["code"], "access.denied");
    server.end();

    let mut server = Server::start(&desk, &["--write"]);
    assert!(server.tools().contains(&"add_customer".to_owned()));
    let talk = json!({ "customer": number, "method": "visit", "topic": "quote", "content": "wants a quote" });
    assert_eq!(server.call("add_follow_up", talk)["follow_up"]["topic"], "quote");
    server.end();
    let history = desk.done(&["history", &number]);
    assert!(history.contains("Lin's assistant"), "{history}");
}

#[test]
fn what_is_no_protocol_ends_it_with_a_sentence() {
    let desk = Desk::new("en");
    let nobody = desk.told(&["mcp"], "");
    assert_eq!((nobody.code, nobody.out.as_str()), (0, ""), "{}", nobody.err);
    let nonsense = desk.told(&["mcp"], "nonsense\n");
    assert_eq!(nonsense.code, 0, "{}", nonsense.err);
    assert!(!nonsense.err.contains("panic"), "{}", nonsense.err);
    let stranger = desk.run(&["mcp", "--user", "nobody"]);
    assert_eq!(stranger.code, 3, "{}", stranger.err);
}
