package dev.crmkit.model


// The generator knows no default for an enum: these are the constructors without it.

/** Which customers to list (R2.7), the newest first. What is not given does not filter. */
@Suppress("FunctionName")
fun CustomerQuery(
    text: String? = null,
    phone: String? = null,
    status: CustomerStatus? = null,
    owner: UserId? = null,
    industry: String? = null,
    source: String? = null,
    kind: CustomerKind? = null,
    size: Size? = null,
    tag: String? = null,
    externalId: String? = null,
    created: DateRange? = null,
    firstContact: DateRange? = null,
    archived: Boolean = false,
): CustomerQuery = CustomerQuery(
    text, phone, status, owner, industry, source, kind, size, tag, externalId, created, firstContact, archived,
    sort = CustomerSort.NEWEST,
)

/** How a list is to be read; rows that are likely to be there already are skipped. */
@Suppress("FunctionName")
fun ImportOptions(
    mapping: Map<String, String> = emptyMap(),
    defaults: Map<String, String> = emptyMap(),
    dryRun: Boolean = false,
    region: Region? = null,
    owner: UserId? = null,
): ImportOptions = ImportOptions(mapping, defaults, OnDuplicate.SKIP, dryRun, region, owner)
