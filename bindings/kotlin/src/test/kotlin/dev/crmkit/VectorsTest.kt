package dev.crmkit

import dev.crmkit.model.*
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.*
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import java.lang.reflect.InvocationTargetException
import java.math.BigDecimal
import java.nio.file.Path
import java.time.Instant
import java.time.LocalDate
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteIfExists
import kotlin.io.path.extension
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.reflect.KClass
import kotlin.reflect.KType
import kotlin.reflect.full.memberFunctions
import kotlin.reflect.full.primaryConstructor
import kotlin.reflect.full.valueParameters
import kotlin.reflect.typeOf

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
        val clock = CaseClock(case.text("now"))
        val region = case.textOrNull("region")
        Crm.open(":memory:", listOfNotNull(region?.let { SettingsEdit.Region(it) }), clock = clock).use { crm ->
            val sessions = mutableMapOf<String, Session>()
            val saved = mutableMapOf("lin" to json(crm.setUp("lin", "林")))
            val turns = case.list("steps").flatMapIndexed { index, raw ->
                (1..(raw.jsonObject["repeat"]?.jsonPrimitive?.int ?: 1)).map { turn -> Triple(index, raw, turn.toString()) }
            }
            turns.forEach { (index, raw, turn) ->
                val step = filledIn(raw, turn, saved).jsonObject
                step.textOrNull("now")?.let(clock::put)
                val at = "step ${index + 1}"
                val result = try {
                    take(crm, sessions, step, file)
                } catch (error: CrmException) {
                    val expected = step["error"]?.jsonObject ?: throw AssertionError("$at failed: $error", error)
                    compare(JsonObject(expected - "message"), json(error), "$at: error")
                    expected.textOrNull("message")?.let { assertTrue(error.detail.startsWith(it), "$at: the message is ${error.detail}") }
                    return@forEach
                }
                if ("error" in step) throw AssertionError("$at succeeded: $result")
                step["expect"]?.let { compare(it, result, "$at: result") }
                step.textOrNull("save_as")?.let { saved[it] = result }
            }
        }
    }

    /** The step with every `{i}` replaced by which time it is done, and every `$name.field` by what was saved. */
    private fun filledIn(value: JsonElement, turn: String, saved: Map<String, JsonElement>): JsonElement = when (value) {
        is JsonObject -> JsonObject(value.mapValues { filledIn(it.value, turn, saved) })
        is JsonArray -> JsonArray(value.map { filledIn(it, turn, saved) })
        is JsonPrimitive -> if (value.isString) filledIn(value.content.replace("{i}", turn), saved) else value
    }

    private fun filledIn(text: String, saved: Map<String, JsonElement>): JsonElement {
        if (!text.startsWith("$")) return JsonPrimitive(text)
        val path = text.drop(1).split(".")
        return path.drop(1).fold(saved.getValue(path.first())) { found, part ->
            if (found is JsonArray) found[part.toInt()] else found.jsonObject.getValue(part)
        }
    }

    private fun take(crm: Crm, sessions: MutableMap<String, Session>, step: JsonObject, file: JsonObject): JsonElement {
        if (step.text("do") == "login") {
            sessions[step.text("session")] = crm.login(step.text("login"), step.text("password"), step.text("device"))
            return JsonNull
        }
        val login = step.textOrNull("as") ?: "lin"
        val session = if (login.startsWith("@")) sessions.getValue(login.drop(1)) else crm.session(login)
        val me = step.textOrNull("backdated")?.let { session.backdated(Instant.parse(it)) } ?: session
        val fields = fields(step, file)
        return when (val verb = step.text("do")) {
            "attachments.add" -> {
                val file = AttachmentFile(read(typeOf<NewAttachment>(), fields) as NewAttachment)
                file.append(step.text("content").repeat(step["times"]?.jsonPrimitive?.int ?: 1).toByteArray())
                json(me.attachments().add(step.text("customer"), file))
            }
            "attachments.open" -> json(me.attachments().open(step.text("id")).bytes().decodeToString())
            "customers.review_duplicates" -> review(me, step.getValue("decisions").jsonArray.map { it.jsonObject })
            "customers.import_file" -> import(me, step.text("csv"), read(typeOf<ImportOptions>(), fields) as ImportOptions)
            else -> when (val result = call(me, verb, step, fields)) {
                is DuplicateJob -> runBlocking { result.progress().collect() }.let { json(result.report()) }
                is Unit -> JsonNull
                else -> json(result)
            }
        }
    }

    /** The customers in hand before each decision, and after the last one. */
    private fun review(me: Session, decisions: List<JsonObject>): JsonElement {
        val job = me.customers().findDuplicates()
        runBlocking { job.progress().collect() }
        val review = job.review()
        var group = review.nextGroup()
        val offered = mutableListOf<JsonElement>()
        fun keys(named: JsonElement?) = named?.jsonArray?.map { it.jsonPrimitive.content }.orEmpty()
        fun offer() = offered.add(JsonArray(group?.customers.orEmpty().map { JsonPrimitive(it) }))
        for (decision in decisions) {
            offer()
            group = when (decision.text("say")) {
                "merge" -> review.merge(decision.text("into"), keys(decision["losers"]))
                "different" -> review.different(keys(decision["customers"]))
                else -> null.also { review.later() }
            } ?: review.nextGroup()
        }
        offer()
        return JsonArray(offered)
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
}

/** A clock that stands where a case or a step puts it. */
private class CaseClock(now: String) : CrmClock {
    @Volatile
    private var instant: Instant = Instant.parse(now)

    fun put(now: String) {
        instant = Instant.parse(now)
    }

    override fun now(): Instant = instant
}

/** Calls `noun.verb`; its arguments by name, from the step or its fields. */
private fun call(me: Session, verb: String, step: JsonObject, fields: JsonObject): Any? {
    fun member(of: Any, name: String) = of::class.memberFunctions.single { snake(it.name) == name }
    val (noun, method) = verb.split(".")
    val things = if (noun == "session") me else member(me, noun).call(me)!!
    val function = member(things, method)
    val arguments = function.valueParameters.map { parameter ->
        val name = snake(parameter.name!!)
        val given = step[name] ?: fields[name]
        when {
            given != null -> read(parameter.type, given)
            name == "page" -> read(parameter.type, step)
            isWhole(parameter.type) -> read(parameter.type, fields)
            else -> read(parameter.type, JsonNull)
        }
    }
    try {
        return function.call(things, *arguments.toTypedArray())
    } catch (error: InvocationTargetException) {
        throw error.targetException
    }
}

/** Whether an argument is all of `with`: a record, or changes. */
private fun isWhole(type: KType): Boolean {
    val kind = type.classifier as KClass<*>
    return kind.isData || kind == List::class && (type.arguments.single().type!!.classifier as KClass<*>).isSealed
}

/** A value of this type; of [JsonNull], a blank one. */
private fun read(type: KType, json: JsonElement): Any? {
    val kind = type.classifier as KClass<*>
    return when {
        json is JsonNull && type.isMarkedNullable -> null
        kind == String::class -> json.textOrNull().orEmpty()
        kind == Boolean::class -> json !is JsonNull && json.jsonPrimitive.boolean
        kind == Int::class -> json.jsonPrimitive.intOrNull ?: 0
        kind == Long::class -> json.jsonPrimitive.longOrNull ?: 0L
        kind == Double::class -> json.jsonPrimitive.doubleOrNull ?: 0.0
        kind == LocalDate::class -> LocalDate.parse(json.text())
        kind == Instant::class -> Instant.parse(json.text())
        kind == BigDecimal::class -> BigDecimal(json.text())
        kind == Map::class -> (json as? JsonObject).orEmpty().mapValues { read(type.arguments.last().type!!, it.value) }
        kind == List::class -> list(type.arguments.single().type!!, json)
        // The codes of what is handed in are the constants' names.
        kind.java.isEnum -> kind.java.enumConstants.single { (it as Enum<*>).name == json.text().uppercase() }
        else -> record(kind, json)
    }
}

private fun list(type: KType, json: JsonElement): List<Any?> {
    val kind = type.classifier as KClass<*>
    if (!kind.isSealed) return (json as? JsonArray).orEmpty().map { read(type, it) }
    return json.jsonObject.map { (name, value) ->
        val edit = kind.nestedClasses.single { snake(it.simpleName!!) == name }.primaryConstructor!!
        edit.call(read(edit.parameters.single().type, value))
    }
}

/** A record by its constructor; written without braces, it is its first field. */
private fun record(kind: KClass<*>, json: JsonElement): Any {
    val fields = json as? JsonObject ?: JsonObject(mapOf(snake(kind.primaryConstructor!!.parameters.first().name!!) to json))
    val constructor = kind.primaryConstructor!!
    val given = constructor.parameters.filter { snake(it.name!!) in fields || !it.isOptional }
    return constructor.callBy(given.associateWith { read(it.type, fields[snake(it.name!!)] ?: JsonNull) })
}

private fun snake(name: String) = name.replace(Regex("(?<=[a-z0-9])[A-Z]")) { "_" + it.value }.lowercase()

private fun JsonElement.text(): String = jsonPrimitive.content

private fun JsonElement.textOrNull(): String? = jsonPrimitive.contentOrNull

private fun JsonObject.text(name: String): String = getValue(name).text()

private fun JsonObject.textOrNull(name: String): String? = get(name)?.textOrNull()

private fun JsonObject.list(name: String): List<JsonElement> = get(name)?.jsonArray.orEmpty()

/** A result in the form in which vectors have it. */
private fun json(value: Any?): JsonElement = when (value) {
    null -> JsonNull
    is String -> JsonPrimitive(value)
    is Boolean -> JsonPrimitive(value)
    is BigDecimal -> JsonPrimitive(value.toPlainString())
    is Number -> JsonPrimitive(value)
    is List<*> -> JsonArray(value.map(::json))
    is Map<*, *> -> JsonObject(value.entries.associate { (name, text) -> name as String to json(text) })
    is LocalDate, is Instant -> JsonPrimitive(value.toString())
    is Enum<*> -> JsonPrimitive(value.javaClass.getMethod("getCode").invoke(value) as String)
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
        snake(field.name) to json(field.get(value))
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
