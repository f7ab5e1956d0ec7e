import Crmkit
import Examples
import Foundation
import Testing

@Test("a salesperson's day is as the example says")
func salesDay() async throws {
    try await sales(clock: FixedClock(Date(milliseconds: 1_715_734_800_000)))
}
