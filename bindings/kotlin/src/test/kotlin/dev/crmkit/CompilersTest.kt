package dev.crmkit

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.nio.file.Path
import javax.tools.ToolProvider

/** Programs of others, who have compilers of their own. */
class CompilersTest {
    @TempDir
    lateinit var folder: Path

    private fun source(name: String) = File(javaClass.getResource("/program/$name")!!.toURI()).path

    private fun run(main: String) = java(NATIVE, "-cp", (programPath + "$folder").joined(), main)

    @Test
    fun `the oldest Kotlin that is promised reads the package`() {
        val compiler = arrayOf("-Xmx512m", "-cp", programPath.joined(), "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler")
        assertTrue("kotlinc-jvm 2.2." in java(*compiler, "-version"))
        java(*compiler, "-no-stdlib", "-no-reflect", "-Werror", "-classpath", programPath.joined(), "-d", "$folder", source("Program.kt"))
        assertEquals("CRM202405010001 1 1 potential\n上海示例科技有限公司\n", run("ProgramKt"))
    }

    @Test
    fun `Java calls it`() {
        val compiler = ToolProvider.getSystemJavaCompiler()
        val code = compiler.run(null, null, null, "-encoding", "UTF-8", "-cp", programPath.joined(), "-d", "$folder", source("Program.java"))
        assertEquals(0, code)
        assertEquals("1 0 1 ENTERPRISE\nnot_found 10 []\n", run("Program"))
    }
}
