package dev.crmkit.model

/** The kind, for a host that branches on it. */
val CrmException.kind: ErrorKind
    get() = when (this) {
        is CrmException.Invalid -> ErrorKind.INVALID
        is CrmException.NotFound -> ErrorKind.NOT_FOUND
        is CrmException.Duplicate -> ErrorKind.DUPLICATE
        is CrmException.Conflict -> ErrorKind.CONFLICT
        is CrmException.Rule -> ErrorKind.RULE
        is CrmException.Denied -> ErrorKind.DENIED
        is CrmException.Storage -> ErrorKind.STORAGE
        is CrmException.Internal -> ErrorKind.INTERNAL
    }

/** The stable dotted code; of invalid input, the first problem's. */
val CrmException.code: String
    get() = when (this) {
        is CrmException.Invalid -> code
        is CrmException.NotFound -> code
        is CrmException.Duplicate -> code
        is CrmException.Conflict -> code
        is CrmException.Rule -> code
        is CrmException.Denied -> code
        is CrmException.Storage -> code
        is CrmException.Internal -> code
    }

/**
 * What a person reads, in the language that the CRM was opened with. An ellipsis stands for what was typed, and customers are
 * named by their numbers: with the code it is the exception's `message`, which is fit for a log.
 */
val CrmException.detail: String
    get() = when (this) {
        is CrmException.Invalid -> detail
        is CrmException.NotFound -> detail
        is CrmException.Duplicate -> detail
        is CrmException.Conflict -> detail
        is CrmException.Rule -> detail
        is CrmException.Denied -> detail
        is CrmException.Storage -> detail
        is CrmException.Internal -> detail
    }

/** The fields at fault, each once, in the order of the problems. */
val CrmException.fields: List<String>
    get() = when (this) {
        is CrmException.Invalid -> problems.map { it.field }.distinct()
        is CrmException.Conflict -> fields
        is CrmException.Rule -> listOf(problem.field)
        else -> emptyList()
    }

/** Whether the same call may succeed later. */
val CrmException.retryable: Boolean
    get() = this is CrmException.Storage && retryable
