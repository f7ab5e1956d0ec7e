package dev.crmkit

import dev.crmkit.model.*
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.*
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import java.nio.file.Path
import java.time.Instant
import java.time.LocalDate
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteIfExists
import kotlin.io.path.extension
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readText
import kotlin.io.path.writeText

/** The manual's vectors, which run in every language: see `tests/vectors/README.md`. */
class VectorsTest {
    @TestFactory
    fun vectors(): List<DynamicTest> {
        val folder = Path.of(System.getenv("CRMKIT_VECTORS") ?: System.getProperty("crmkit.vectors"))
        val files = folder.listDirectoryEntries().filter { it.extension == "json" }.sorted()
        assertTrue(files.size >= 10, "the vectors are not in $folder")
        return files.flatMap { path ->
            val file = Json.parseToJsonElement(path.readText()).jsonObject
            file.list("cases").map { dynamicTest("${file.text("rule")} ${it.jsonObject.text("name")}") { run(it.jsonObject, file) } }
        }
    }

    private fun run(case: JsonObject, file: JsonObject) {
        val clock = FixedClock(Instant.parse(case.text("now")))
        val region = case.textOrNull("region")?.let { Region.valueOf(it) }
        open(":memory:", region = region, clock = clock).use { crm ->
            val saved = mutableMapOf("lin" to json(crm.setUp("lin", "林")))
            case.list("steps").forEachIndexed { index, raw ->
                val step = filledIn(raw, saved).jsonObject
                val at = "step ${index + 1}"
                val result = try {
                    take(crm, step, file)
                } catch (error: CrmException) {
                    val expected = step["error"]?.jsonObject ?: throw AssertionError("$at failed: $error", error)
                    compare(JsonObject(expected - "message"), json(error), "$at: error")
                    expected.textOrNull("message")?.let { assertTrue(error.detail.startsWith(it), "$at: the message is ${error.detail}") }
                    return@forEachIndexed
                }
                if ("error" in step) throw AssertionError("$at succeeded: $result")
                step["expect"]?.let { compare(it, result, "$at: result") }
                step.textOrNull("save_as")?.let { saved[it] = result }
            }
        }
    }

    /** The step with every `$name.field` replaced. */
    private fun filledIn(value: JsonElement, saved: Map<String, JsonElement>): JsonElement = when (value) {
        is JsonObject -> JsonObject(value.mapValues { filledIn(it.value, saved) })
        is JsonArray -> JsonArray(value.map { filledIn(it, saved) })
        is JsonPrimitive ->
            if (value.isString && value.content.startsWith("$")) {
                val path = value.content.drop(1).split(".")
                path.drop(1).fold(saved.getValue(path.first())) { found, part ->
                    if (found is JsonArray) found[part.toInt()] else found.jsonObject.getValue(part)
                }
            } else {
                value
            }
    }

    private fun take(crm: Crm, step: JsonObject, file: JsonObject): JsonElement {
        val me = crm.session(step.textOrNull("as") ?: "lin")
        val fields = fields(step, file)
        val revision = step.long("revision")?.toULong() ?: 0uL
        return when (val verb = step.text("do")) {
            "create" -> json(me.customers().create(newCustomer(fields), step.enumOrNull<DuplicateCheck>("check")))
            "check" -> json(me.customers().check(newCustomer(fields)))
            "get" -> json(me.customers().get(step.text("customer")))
            "update" -> json(me.customers().update(step.text("customer"), revision, fields.map { (name, value) -> customerEdit(name, value) }))
            "list" -> json(me.customers().list(query(fields), PageRequest(step.textOrNull("after"), step.long("limit")?.toUInt() ?: 50u)))
            "count" -> json(me.customers().count(query(fields)))
            "duplicates" -> json(
                me.customers().duplicates(fields.text("name"), fields.enumOrNull("kind") ?: CustomerKind.ENTERPRISE, fields.texts("phones")),
            )
            "find_duplicates" -> {
                val job = me.customers().findDuplicates(step.textOrNull("import"))
                runBlocking { job.progress().collect() }
                json(job.report())
            }
            "say_different" -> JsonNull.also { me.customers().sayDifferent(step.text("customer"), step.text("other")) }
            "unsay_different" -> JsonNull.also { me.customers().unsayDifferent(step.text("customer"), step.text("other")) }
            "say_same" -> json(me.customers().saySame(step.text("customer"), step.text("name")))
            "unsay_same" -> json(me.customers().unsaySame(step.text("customer"), step.text("name")))
            "add_contact" -> json(me.contacts().add(step.text("customer"), newContact(fields)))
            "contacts" -> json(me.contacts().list(step.text("customer")))
            "update_contact" -> json(me.contacts().update(step.text("contact"), revision, fields.map { (name, value) -> contactEdit(name, value) }))
            "create_user" -> json(me.users().create(newUser(fields)))
            "update_user" -> json(me.users().update(step.text("user"), revision, fields.map { (name, value) -> userEdit(name, value) }))
            "create_team" -> json(me.teams().create(NewTeam(fields.text("name"))))
            "pick_entries" -> json(me.pickLists().list(step.enumOrNull<PickList>("list")!!))
            "put_pick_entry" -> json(me.pickLists().put(pickEntry(fields)))
            "import" -> import(me, step.text("csv"), importOptions(fields))
            "undo_import" -> json(me.imports().undo(step.text("import")))
            "audit" -> json(me.audit().list(step.long("after")?.toULong() ?: 0uL, step.long("limit")?.toUInt() ?: 100u))
            "audit_verify" -> json(me.audit().verify())
            else -> throw AssertionError("no verb $verb")
        }
    }

    private fun import(me: Session, csv: String, options: ImportOptions): JsonElement {
        val path = createTempFile(suffix = ".csv")
        try {
            path.writeText(csv)
            val job = me.customers().importFile(path.toString(), options)
            runBlocking { job.progress().collect() }
            val report = job.report()
            val rows = if (options.dryRun) emptyList() else me.imports().rows(report.`import`)
            return JsonObject(json(report).jsonObject + ("rows" to json(rows)))
        } finally {
            path.deleteIfExists()
        }
    }

    /** The fields of `with`, over those of the record that it is like. */
    private fun fields(step: JsonObject, file: JsonObject): JsonObject {
        val with = step["with"]?.jsonObject ?: JsonObject(emptyMap())
        val like = with.textOrNull("like") ?: return with
        val over = with - "like"
        val record = file.getValue("records").jsonObject.getValue(like).jsonObject + over
        return JsonObject(record.filterNot { (name, value) -> name in over && value is JsonNull })
    }

    private fun newCustomer(with: JsonObject) = NewCustomer(
        name = with.textOrNull("name").orEmpty(),
        kind = with.enumOrNull<CustomerKind>("kind"),
        industry = with["industry"]?.let(::choice),
        size = with["size"]?.let(::size),
        phones = with.list("phones").map(::phone),
        addresses = with.list("addresses").map(::address),
        source = with["source"]?.let(::choice),
        firstContact = with.dateOrNull("first_contact"),
        leadAt = with.textOrNull("lead_at")?.let(Instant::parse),
        owner = with.textOrNull("owner"),
        tags = with.texts("tags"),
        note = with.textOrNull("note"),
        externalId = with.textOrNull("external_id"),
        extra = with["extra"]?.let(::texts).orEmpty(),
    )

    private fun choice(value: JsonElement) = when (value) {
        is JsonObject -> Choice(value.text("code"), value.textOrNull("detail"))
        else -> Choice(value.jsonPrimitive.content)
    }

    private fun phone(value: JsonElement) = when (value) {
        is JsonObject -> NewPhone(value.text("typed"), value.flag("primary"))
        else -> NewPhone(value.jsonPrimitive.content)
    }

    private fun size(value: JsonElement): Size? =
        (value as? JsonObject)?.let { Size(it.enumOrNull<SizeScale>("scale")!!, it.enumOrNull<Band>("band")!!) }

    private fun address(value: JsonElement) = value.jsonObject.run {
        Address(
            enumOrNull<AddressKind>("kind")!!, textOrNull("province"), textOrNull("city"), textOrNull("district"),
            textOrNull("street"), textOrNull("line"),
        )
    }

    private fun texts(value: JsonElement) = value.jsonObject.mapValues { it.value.jsonPrimitive.content }

    private fun days(value: JsonElement) = value.jsonObject.run { DateRange(dateOrNull("from"), dateOrNull("until")) }

    private fun customerEdit(name: String, value: JsonElement): CustomerEdit = when (name) {
        "name" -> CustomerEdit.Name(value.text())
        "kind" -> CustomerEdit.Kind(value.enum<CustomerKind>())
        "industry" -> CustomerEdit.Industry(choice(value))
        "size" -> CustomerEdit.Size(size(value))
        "phones" -> CustomerEdit.Phones(value.jsonArray.map(::phone))
        "addresses" -> CustomerEdit.Addresses(value.jsonArray.map(::address))
        "source" -> CustomerEdit.Source(choice(value))
        "first_contact" -> CustomerEdit.FirstContact(LocalDate.parse(value.text()))
        "lead_at" -> CustomerEdit.LeadAt(value.textOrNull()?.let(Instant::parse))
        "tags" -> CustomerEdit.Tags(value.jsonArray.map { it.text() })
        "note" -> CustomerEdit.Note(value.textOrNull())
        "external_id" -> CustomerEdit.ExternalId(value.textOrNull())
        "extra" -> CustomerEdit.Extra(texts(value))
        else -> throw AssertionError("a customer has no $name to change")
    }

    private fun contactEdit(name: String, value: JsonElement): ContactEdit = when (name) {
        "name" -> ContactEdit.Name(value.text())
        "title" -> ContactEdit.Title(value.textOrNull())
        "mobile" -> ContactEdit.Mobile(value.text())
        "email" -> ContactEdit.Email(value.textOrNull())
        "wechat" -> ContactEdit.Wechat(value.textOrNull())
        "primary" -> ContactEdit.Primary(value.jsonPrimitive.boolean)
        "role" -> ContactEdit.Role(value.textOrNull())
        else -> throw AssertionError("a contact has no $name to change")
    }

    private fun userEdit(name: String, value: JsonElement): UserEdit = when (name) {
        "name" -> UserEdit.Name(value.text())
        "role" -> UserEdit.Role(value.enum<Role>())
        "team" -> UserEdit.Team(value.textOrNull())
        "phone" -> UserEdit.Phone(value.textOrNull())
        "birthday" -> UserEdit.Birthday(value.textOrNull()?.let(LocalDate::parse))
        "active" -> UserEdit.Active(value.jsonPrimitive.boolean)
        else -> throw AssertionError("a user has no $name to change")
    }

    private fun newContact(with: JsonObject) = NewContact(
        name = with.textOrNull("name").orEmpty(),
        title = with.textOrNull("title"),
        mobile = with.textOrNull("mobile").orEmpty(),
        email = with.textOrNull("email"),
        wechat = with.textOrNull("wechat"),
        primary = with.flag("primary"),
        role = with.textOrNull("role"),
    )

    private fun newUser(with: JsonObject) = NewUser(
        with.text("login"), with.text("name"), with.enumOrNull<Role>("role")!!, with.textOrNull("team"), with.textOrNull("phone"),
        with.dateOrNull("birthday"),
    )

    private fun pickEntry(with: JsonObject) = PickEntry(
        with.enumOrNull<PickList>("list")!!, with.text("code"), with.text("label_zh"), with.text("label_en"),
        with.long("position")!!.toUInt(), with.flag("retired"),
    )

    private fun query(with: JsonObject) = CustomerQuery(
        text = with.textOrNull("text"),
        phone = with.textOrNull("phone"),
        status = with.enumOrNull<CustomerStatus>("status"),
        owner = with.textOrNull("owner"),
        industry = with.textOrNull("industry"),
        source = with.textOrNull("source"),
        kind = with.enumOrNull<CustomerKind>("kind"),
        size = with["size"]?.let(::size),
        tag = with.textOrNull("tag"),
        externalId = with.textOrNull("external_id"),
        created = with["created"]?.let(::days),
        firstContact = with["first_contact"]?.let(::days),
        archived = with.flag("archived"),
        sort = with.enumOrNull<CustomerSort>("sort") ?: CustomerSort.NEWEST,
    )

    private fun importOptions(with: JsonObject) = ImportOptions(
        mapping = with["mapping"]?.let(::texts).orEmpty(),
        defaults = with["defaults"]?.let(::texts).orEmpty(),
        onDuplicate = with.enumOrNull<OnDuplicate>("on_duplicate") ?: OnDuplicate.SKIP,
        dryRun = with.flag("dry_run"),
        region = with.enumOrNull<Region>("region"),
        owner = with.textOrNull("owner"),
    )
}

private fun JsonElement.text(): String = jsonPrimitive.content

private fun JsonElement.textOrNull(): String? = jsonPrimitive.contentOrNull

private fun JsonObject.text(name: String): String = getValue(name).text()

private fun JsonObject.textOrNull(name: String): String? = get(name)?.textOrNull()

private fun JsonObject.long(name: String): Long? = get(name)?.jsonPrimitive?.longOrNull

private fun JsonObject.flag(name: String): Boolean = get(name)?.jsonPrimitive?.boolean ?: false

private fun JsonObject.dateOrNull(name: String): LocalDate? = textOrNull(name)?.let(LocalDate::parse)

private fun JsonObject.list(name: String): List<JsonElement> = get(name)?.jsonArray.orEmpty()

private fun JsonObject.texts(name: String): List<String> = list(name).map { it.text() }

/** The constant whose code is the element's: the codes of what is handed in are the constants' names. */
private inline fun <reified E : Enum<E>> JsonElement.enum(): E = enumValueOf<E>(text().uppercase())

private inline fun <reified E : Enum<E>> JsonObject.enumOrNull(name: String): E? = textOrNull(name)?.let { enumValueOf<E>(it.uppercase()) }

/** A result in the form in which vectors have it. */
private fun json(value: Any?): JsonElement = when (value) {
    null -> JsonNull
    is String -> JsonPrimitive(value)
    is Boolean -> JsonPrimitive(value)
    is ULong -> JsonPrimitive(value.toLong())
    is Number -> JsonPrimitive(value)
    is List<*> -> JsonArray(value.map(::json))
    is Map<*, *> -> JsonObject(value.entries.associate { (name, text) -> name as String to json(text) })
    is LocalDate, is Instant -> JsonPrimitive(value.toString())
    is Enum<*> -> JsonPrimitive(value.javaClass.getMethod("code").invoke(value) as String)
    is CrmException -> JsonObject(fieldsOf(value) + mapOf("kind" to json(value.kind), "fields" to json(value.fields), "problems" to json(problems(value))))
    else -> JsonObject(fieldsOf(value))
}

private fun problems(error: CrmException): List<Problem> = when (error) {
    is CrmException.Invalid -> error.problems
    is CrmException.Rule -> listOf(error.problem)
    else -> emptyList()
}

private fun fieldsOf(value: Any): Map<String, JsonElement> =
    value.javaClass.declaredFields.filterNot { java.lang.reflect.Modifier.isStatic(it.modifiers) }.associate { field ->
        field.isAccessible = true
        field.name.replace(Regex("(?<=[a-z0-9])[A-Z]")) { "_" + it.value.lowercase() } to json(field.get(value))
    }

/** Whether a result contains what is expected of it. */
private fun compare(expected: JsonElement, found: JsonElement, at: String) {
    when {
        expected is JsonObject && found is JsonObject ->
            expected.forEach { (name, value) -> compare(value, found[name] ?: JsonNull, "$at.$name") }
        expected is JsonArray && found is JsonArray && expected.size == found.size ->
            expected.zip(found).forEachIndexed { index, (value, there) -> compare(value, there, "$at.$index") }
        expected is JsonPrimitive && found is JsonPrimitive && expected.isString == found.isString && expected.content == found.content -> Unit
        else -> throw AssertionError("$at is $found, not $expected")
    }
}
