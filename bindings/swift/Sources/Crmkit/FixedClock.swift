import Foundation

/// A clock that stands still, for tests and examples.
public final class FixedClock: CrmClock {
    private let instant: Date

    public init(_ instant: Date) {
        self.instant = instant
    }

    public func now() -> Date { instant }
}
