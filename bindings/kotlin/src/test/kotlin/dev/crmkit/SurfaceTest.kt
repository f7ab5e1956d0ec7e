package dev.crmkit

import dev.crmkit.model.*
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import java.io.Serializable
import java.nio.file.Path
import java.time.Instant
import java.math.BigDecimal
import java.time.LocalDate
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.walk
import kotlin.reflect.KClass
import kotlin.reflect.KType
import kotlin.reflect.KVisibility
import kotlin.reflect.full.declaredFunctions
import kotlin.reflect.full.memberProperties
import kotlin.reflect.full.primaryConstructor
import kotlin.reflect.full.starProjectedType
import kotlin.reflect.full.valueParameters
import kotlin.reflect.full.withNullability

/** An identifier that is nobody's. */
private const val NOBODY = "00000000-0000-0000-0000-000000000000"

/** What holds of everything that hosts see, and of what is to come. */
class SurfaceTest {
    /** Every public class of the package. */
    private val seen: List<KClass<*>> = Path.of(Crm::class.java.protectionDomain.codeSource.location.toURI()).let { classes ->
        classes.walk().filter { it.toString().endsWith(".class") }
            .map { classes.relativize(it).toString().removeSuffix(".class").replace(File.separatorChar, '.') }
            .filterNot { name -> name.substringAfterLast('.').substringBefore('$').endsWith("Kt") || Regex("WhenMappings|DefaultImpls").containsMatchIn(name) }
            .map { Class.forName(it, false, javaClass.classLoader) }
            .filterNot { it.isSynthetic || it.isAnonymousClass || it.isLocalClass }
            .map { it.kotlin }
            .filter { generateSequence(it) { inner -> inner.java.enclosingClass?.kotlin }.all { it.visibility == KVisibility.PUBLIC } }
            .toList()
    }

    private val interfaces = seen.filter { it.java.isInterface && it.simpleName!!.endsWith("Interface") }

    @Test
    fun `nothing is seen of how calls are made`() {
        assertTrue(seen.size > 100, "$seen")
        val machinery = Regex("Ffi|Uniffi|Rust|Handle|Disposable|Internal|Cleaner|Impl\\b")
        assertEquals(emptyList<String>(), seen.mapNotNull { it.qualifiedName }.filter { machinery.containsMatchIn(it) } - "dev.crmkit.model.CrmException.Internal")
        val names = seen.filter { it.java.enclosingClass == null }.groupBy { it.simpleName }
        assertEquals(emptyList<String?>(), names.filterValues { it.size > 1 }.keys.toList(), "in both packages")
    }

    @Test
    fun `what answers with an object answers with its interface`() {
        assertTrue(interfaces.size >= 14, "$interfaces")
        val objects = interfaces.map { it.qualifiedName!!.removeSuffix("Interface") }
        val functions = interfaces.flatMap { it.declaredFunctions }
        assertEquals(emptyList<String>(), functions.filter { (it.returnType.classifier as KClass<*>).qualifiedName in objects }.map { it.name })
    }

    @Test
    fun `no number is unsigned`() {
        val unsigned = Regex("\\bkotlin\\.U(Int|Long|Short|Byte)\\b")
        val types = seen.flatMap { kind ->
            kind.declaredFunctions.flatMap { function -> function.valueParameters.map { it.type } + function.returnType } +
                kind.memberProperties.map { it.returnType }
        }
        assertTrue(types.size > 500)
        assertEquals(emptyList<KType>(), types.filter { unsigned.containsMatchIn(it.toString()) })
    }

    @Test
    fun `a number below 0 is refused wherever it may not be, and named`() = Fixture().use { fixture ->
        val nouns = interfaces.filter { it != CrmInterface::class && it != SessionInterface::class }
            .mapNotNull { noun -> SessionInterface::class.declaredFunctions.find { it.returnType.classifier == noun && it.valueParameters.isEmpty() }?.call(fixture.me) }
        var tried = 0
        for (thing in nouns + fixture.crm) {
            for (function in thing::class.declaredFunctions.filter { it.visibility == KVisibility.PUBLIC }) {
                for (parameter in function.valueParameters) {
                    val (below, field) = below(parameter.type, parameter.name!!) ?: continue
                    val given = function.valueParameters.map { if (it == parameter) below else if (it.name == "id") NOBODY else blank(it.type) }
                    val called = "${function.name}(${parameter.name})"
                    val error = assertThrows<java.lang.reflect.InvocationTargetException>(called) { function.call(thing, *given.toTypedArray()) }
                        .targetException as CrmException
                    assertEquals("field.range" to listOf(field), error.code to error.fields, called)
                    assertTrue("-1" in (error as CrmException.Invalid).problems.single().message(Language.EN))
                    tried++
                }
            }
        }
        assertTrue(tried >= 20, "$tried")
    }

    /** -1, or a record with a number of -1; null of a type without numbers. */
    private fun below(type: KType, name: String): Pair<Any, String>? {
        val kind = type.classifier as KClass<*>
        return when {
            kind == Int::class -> -1 to snake(name)
            kind == Long::class -> -1L to snake(name)
            !kind.isData -> null
            else -> {
                val constructor = kind.primaryConstructor!!
                val number = constructor.parameters.find { it.type.classifier in listOf(Int::class, Long::class) } ?: return null
                val given = constructor.parameters.associateWith { if (it == number) below(it.type, it.name!!)!!.first else blank(it.type) }
                constructor.callBy(given) to snake(number.name!!)
            }
        }
    }

    /** Some value of this type. */
    private fun blank(type: KType): Any? {
        val kind = type.classifier as KClass<*>
        return when {
            type.isMarkedNullable -> null
            kind == String::class -> ""
            kind == Boolean::class -> false
            kind == Int::class -> 1
            kind == Long::class -> 1L
            kind == Double::class -> 0.5
            kind == List::class -> emptyList<Any>()
            kind == Map::class -> emptyMap<Any, Any>()
            kind == BigDecimal::class -> BigDecimal("0.05")
            kind == LocalDate::class -> LocalDate.of(2024, 5, 1)
            kind == Instant::class -> NOON
            kind.java.isEnum -> kind.java.enumConstants.first()
            else -> kind.primaryConstructor!!.run { callBy(parameters.associateWith { blank(it.type) }) }
        }
    }

    @Test
    fun `an enum is found by its code, and has labels, without a call`() {
        val enums = seen.filter { it.java.isEnum && it != Language::class }
        assertTrue(enums.size >= 15, "$enums")
        for (kind in enums) {
            val fromCode = kind.java.getMethod("fromCode", String::class.java)
            for (one in kind.java.enumConstants) {
                val code = kind.java.getMethod("getCode").invoke(one) as String
                assertEquals(one, fromCode.invoke(null, code))
                val labels = Language.entries.map { kind.java.getMethod("label", Language::class.java).invoke(one, it) as String }
                assertTrue(labels.none { it.isBlank() } && labels[0].any { it > '\u2E00' }, "$one: $labels")
            }
            assertEquals(null, fromCode.invoke(null, "nonsense"))
        }
    }

    @Test
    fun `a field is named as problems name it`() {
        val refused = Fixture().use { fixture ->
            assertThrows<CrmException.Invalid> { fixture.me.contacts().add(fixture.me.customers().create(company()).number, NewContact("", mobile = "13912345678")) }
        }
        assertEquals(listOf(Fields.CONTACT_NAME), refused.fields.take(1))
    }

    @Test
    fun `records, changes and errors survive Java's serialization`() {
        val kinds = seen.filter { it.isData && it.objectInstance == null }
        assertTrue(kinds.size > 80, "$kinds")
        for (kind in kinds) {
            val record = kind.primaryConstructor!!.run { callBy(parameters.associateWith { filled(it.type) }) }
            assertEquals(record, again(record), "$kind")
        }
        assertEquals(SqlValue.Null, again(SqlValue.Null))
        val error = CrmException.Invalid("field.range", "x", listOf(Problem("limit", "field.range", "-1")))
        assertEquals(error.problems, again(error).problems)
    }

    private fun filled(type: KType): Any? {
        val kind = type.classifier as KClass<*>
        val of = { at: Int -> type.arguments[at].type!! }
        return when {
            kind == List::class -> listOf(filled(of(0)))
            kind == Map::class -> mapOf(filled(of(0)) to filled(of(1)))
            kind.isSealed -> filled(kind.sealedSubclasses.first { it.isData && it.objectInstance == null }.starProjectedType)
            kind.isData -> kind.primaryConstructor!!.run { callBy(parameters.associateWith { filled(it.type) }) }
            else -> blank(type.withNullability(false))
        }
    }

    @Suppress("UNCHECKED_CAST")
    private fun <T : Any> again(value: T): T {
        val bytes = ByteArrayOutputStream().also { ObjectOutputStream(it).writeObject(value as Serializable) }.toByteArray()
        return ObjectInputStream(ByteArrayInputStream(bytes)).readObject() as T
    }

    @Test
    fun `the documentation speaks Kotlin`() {
        val folders = listOf(Path.of(System.getProperty("crmkit.generated")), Path.of(System.getProperty("crmkit.sources")))
        val code = folders.flatMap { it.walk() }.filter { it.extension == "kt" }.joinToString("\n") { it.readText() }
        val comments = Regex("/\\*\\*.*?\\*/", RegexOption.DOT_MATCHES_ALL).findAll(code).map { it.value }.filterNot { "@suppress" in it }.toList()
        assertTrue(comments.size > 800, "${comments.size}")
        val declared = Regex("`(\\w+)`").findAll(code.replace(Regex("/\\*\\*.*?\\*/", RegexOption.DOT_MATCHES_ALL), "")).map { it.groupValues[1] }.toSet()
        val rust = Regex("\\b(None|Some|Ok|Err|Vec|Arc|Option|[ui](8|16|32|64)|bool|usize|Rust)\\b|::|&str|\\bR\\d+\\.\\d|\\(R\\d")
        assertEquals(emptyList<String>(), comments.filter { rust.containsMatchIn(it) })
        val spelt = comments.flatMap { Regex("`(\\w+_\\w+)`").findAll(it).map { it.groupValues[1] } }
        val camel = { name: String -> name.replace(Regex("_(\\w)")) { it.groupValues[1].uppercase() } }
        assertEquals(emptyList<String>(), spelt.filter { camel(it) in declared })
    }

    private fun snake(name: String) = name.replace(Regex("(?<=[a-z0-9])[A-Z]")) { "_" + it.value }.lowercase()
}
