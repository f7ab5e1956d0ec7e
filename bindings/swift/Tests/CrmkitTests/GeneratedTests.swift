import Crmkit
import Foundation
import Testing

/// What stands in the generated code.
@Suite struct GeneratedTests {
    let code: String

    init() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Crmkit/Generated").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        code = try files.filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
        #expect(files.count >= 7)
    }

    @Test("comments have no words of Rust, and no numbers of rules")
    func comments() throws {
        let comments = code.split(separator: "\n").filter { $0.wholeMatch(of: /\s*(\*|\/\/\/) .*/) != nil }
        #expect(comments.count > 500)
        for comment in comments {
            let (rust, rule) = (/\bNone\b(?! is)|\bSome\(|\bErr\b|\bOk\(|\bu32\b|\bu64\b|\bVec\b|\bOption</, /\bR[0-9]+\.[0-9]+/)
            #expect(!comment.contains(rust) && !comment.contains(rule), "\(comment)")
            for name in comment.matches(of: /`([a-z]+(?:_[a-z]+)+)`/) {
                #expect(["not_found"].contains(String(name.output.1)), "\(comment)")
            }
        }
    }

    @Test("nothing that people see is an unsigned number")
    func numbers() {
        let seen = code.split(separator: "\n").filter { line in
            ["public let ", "public var ", "open func ", "public func "].contains { line.drop(while: { $0 == " " }).hasPrefix($0) }
        }
        #expect(seen.count > 300)
        for line in seen where line.contains("UInt") {
            #expect(line.contains("FfiConverter") || line.contains("uniffi"), "\(line)")
        }
    }

    @Test("what changes something may be called without a use for its answer, what is asked for may not")
    func answers() {
        let functions = code.matches(of: /(@discardableResult\s+(?:@_disfavoredOverload\s+)?)?(?:open |public )?func (create|update|merge|list|get)\(.*->/)
        #expect(functions.count > 50)
        for function in functions {
            #expect((function.output.1 != nil) == ["create", "update", "merge"].contains(String(function.output.2)), "\(function.output.0)")
        }
    }

    @Test("codes and labels ask nothing of the library")
    func labels() {
        for name in ["customerstatus", "role", "matchreason", "errorkind"] {
            #expect(!code.contains("method_\(name)_label") && !code.contains("method_\(name)_code"))
        }
    }
}
