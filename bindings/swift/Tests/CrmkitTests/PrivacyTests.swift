import Foundation
import Testing

@Test("the privacy manifest is a property list that says what Apple asks for")
func privacy() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources/Crmkit/PrivacyInfo.xcprivacy").standardizedFileURL
    let list = try PropertyListSerialization.propertyList(from: Data(contentsOf: file), format: nil)
    let manifest = try #require(list as? [String: Any])
    #expect(manifest["NSPrivacyTracking"] as? Bool == false)
    #expect((manifest["NSPrivacyTrackingDomains"] as? [String])?.isEmpty == true)
    #expect((manifest["NSPrivacyCollectedDataTypes"] as? [Any])?.isEmpty == true)
    let asked = try #require(manifest["NSPrivacyAccessedAPITypes"] as? [[String: Any]])
    #expect(!asked.isEmpty)
    for api in asked {
        #expect((api["NSPrivacyAccessedAPIType"] as? String)?.hasPrefix("NSPrivacyAccessedAPICategory") == true)
        let reasons = try #require(api["NSPrivacyAccessedAPITypeReasons"] as? [String])
        #expect(reasons.allSatisfy { $0.wholeMatch(of: /[0-9A-F]{4}\.[0-9]/) != nil } && !reasons.isEmpty)
    }
}
