import Crmkit
import Foundation
import Testing

/// Customers' numbers (R2.1).
@Suite struct CustomerNumberTests {
    @Test("R2.1: by day, then by lane and serial as numbers")
    func order() throws {
        let inOrder: [CustomerNumber] = [
            "CRM202404309999", "CRM2024043010000", "CRM202405010001", "CRM202405019999", "CRM2024050110000",
            // The first serials of two devices, and the shared store's last.
            "CRM202405019999999", "CRM2024050110000001", "CRM20240501120000001", "CRM202405020001",
        ]
        #expect(inOrder.shuffled().sorted() == inOrder)
        #expect(inOrder.map(\.description).sorted() != inOrder.map(\.description))
        for (one, other) in zip(inOrder, inOrder.dropFirst()) { #expect(one < other && !(other < one)) }
    }

    @Test("R2.1: a text is a number or none, as in Rust")
    func texts() {
        let written = [
            "CRM20240501001": "CRM202405010001", "CRM2024050100000000010000": "CRM2024050110000",
            "CRM202405019999999999": "CRM202405019999999999",
        ]
        for (text, number) in written { #expect(CustomerNumber(text)?.description == number) }
        #expect("CRM20240501001" == CustomerNumber("CRM202405010001"))
        for text in [
            "", "CRM", "CRM20240501", "CRM2024050101", "CRM202405010000", "CRM2024050110000000", "CRM202402300001", "CRM099905010001",
            "CRM2024050110000000000", "crm202405010001", "CRM20240501000１", "CRM2024050100 1", "XRM202405010001", "CRM-02405010001",
        ] {
            #expect(CustomerNumber(text) == nil, "\(text)")
        }
        let nobody: CustomerNumber = "台泥"
        #expect("\(nobody)" == "台泥")
    }

    @Test("JSON has the text alone")
    func json() throws {
        let number: CustomerNumber = "CRM202405010001"
        #expect(String(decoding: try JSONEncoder().encode([number]), as: UTF8.self) == #"["CRM202405010001"]"#)
        #expect(try JSONDecoder().decode(CustomerNumber.self, from: Data(#""CRM20240501001""#.utf8)) == number)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(CustomerNumber.self, from: Data(#""台泥""#.utf8)) }
    }

    @Test("calls take a number, and the text that a person types")
    func calls() throws {
        let customers: any CustomersProtocol = try Fixture().me.customers()
        let made = try customers.create(new: company())
        #expect(try customers.get(key: made.number) == made)
        #expect(try customers.get(key: "crm 202405010001") == made)
        #expect(try customers.get(key: String(made.number)) == made)
        #expect(try customers.history(customer: made.number).count == 1)
        #expect(try refused { try customers.get(key: "台泥" as CustomerNumber) }.kind == .notFound)
    }
}
