// Whole lists, page by page.

extension AttachmentsProtocol {
    /// All attachments that match, fetched off the caller's thread by pages of `pageSize` as they are asked for.
    public func all(_ query: AttachmentQuery = AttachmentQuery(), pageSize: Int = 200) -> AllRows<Attachment> {
        AllRows(pageSize: pageSize) { request in
            let page = try self.list(query: query, page: request)
            return (page.items, page.next)
        }
    }
}

extension ContractsProtocol {
    /// All contracts that match, fetched off the caller's thread by pages of `pageSize` as they are asked for.
    public func all(_ query: ContractQuery = ContractQuery(), pageSize: Int = 200) -> AllRows<Contract> {
        AllRows(pageSize: pageSize) { request in
            let page = try self.list(query: query, page: request)
            return (page.items, page.next)
        }
    }
}

extension CustomersProtocol {
    /// All customers that match, fetched off the caller's thread by pages of `pageSize` as they are asked for.
    public func all(_ query: CustomerQuery = CustomerQuery(), pageSize: Int = 200) -> AllRows<CustomerSummary> {
        AllRows(pageSize: pageSize) { request in
            let page = try self.list(query: query, page: request)
            return (page.items, page.next)
        }
    }
}

extension FollowUpsProtocol {
    /// All follow-ups that match, fetched off the caller's thread by pages of `pageSize` as they are asked for.
    public func all(_ query: FollowUpQuery = FollowUpQuery(), pageSize: Int = 200) -> AllRows<FollowUp> {
        AllRows(pageSize: pageSize) { request in
            let page = try self.list(query: query, page: request)
            return (page.items, page.next)
        }
    }
}

extension OpportunitiesProtocol {
    /// All opportunities that match, fetched off the caller's thread by pages of `pageSize` as they are asked for.
    public func all(_ query: OpportunityQuery = OpportunityQuery(), pageSize: Int = 200) -> AllRows<Opportunity> {
        AllRows(pageSize: pageSize) { request in
            let page = try self.list(query: query, page: request)
            return (page.items, page.next)
        }
    }
}

extension TasksProtocol {
    /// All open tasks of a list, fetched off the caller's thread by pages of `pageSize` as they are asked for.
    public func all(_ query: TaskQuery = TaskQuery(), pageSize: Int = 200) -> AllRows<TaskSummary> {
        AllRows(pageSize: pageSize) { request in
            let page = try self.list(query: query, page: request)
            return (page.items, page.next)
        }
    }
}

/// The rows of a list, page by page.
public struct AllRows<Row: Sendable>: AsyncSequence, Sendable {
    public typealias Element = Row

    fileprivate let pageSize: Int
    /// Answers with the rows of a page, and with what to ask the next one with.
    fileprivate let page: @Sendable (PageRequest) throws -> ([Row], String?)

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(list: self)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let list: AllRows
        private var rows: ArraySlice<Row> = []
        private var after: String?
        private var ended = false

        fileprivate init(list: AllRows) {
            self.list = list
        }

        public mutating func next() async throws -> Row? {
            while rows.isEmpty {
                if ended { return nil }
                let (list, request) = (list, PageRequest(after: after, limit: list.pageSize))
                let (items, next) = try await away { try list.page(request) }
                (rows, after, ended) = (items[...], next, next == nil)
            }
            return rows.popFirst()
        }
    }
}
