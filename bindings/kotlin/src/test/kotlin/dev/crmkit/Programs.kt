package dev.crmkit

import org.junit.jupiter.api.Assertions.assertEquals
import java.io.File
import java.nio.file.Path

/** What the tests have on their path. */
val testPath: List<String> =
    (System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")).split(File.pathSeparator)

/** What a program has that depends on the package. */
val programPath: List<String> = testPath.filterNot { it.endsWith("test-classes") }

/** Tells a JVM where the library is. */
val NATIVE = "-Djna.library.path=${System.getProperty("crmkit.native")}"

/** What a JVM of its own says. */
fun java(vararg arguments: String): String {
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
    val process = ProcessBuilder(java, *arguments).redirectErrorStream(true).start()
    val said = process.inputStream.reader().readText()
    assertEquals(0, process.waitFor(), said)
    return said
}

fun List<String>.joined(): String = joinToString(File.pathSeparator)
