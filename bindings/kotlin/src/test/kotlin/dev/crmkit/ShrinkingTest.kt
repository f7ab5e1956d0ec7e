package dev.crmkit

import dev.crmkit.example.App
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.nio.file.Path
import java.util.zip.ZipFile
import kotlin.io.path.writeText

/** An app whose code is shrunk, optimised and renamed by the rules that come with the package for Android. */
class ShrinkingTest {
    @Test
    fun `the view model, shrunk, runs`(@TempDir folder: Path) {
        val app = File(App::class.java.protectionDomain.codeSource.location.toURI()).path
        val inside = programPath.filter { Regex("classes$|/(jna|kotlin-stdlib|kotlinx-coroutines-core-jvm)-").containsMatchIn(it) }
        val shrunk = folder.resolve("shrunk.jar")
        val rules = folder.resolve("rules.txt").also {
            it.writeText(
                """
                -injars "$app"(dev/crmkit/example/**.class)
                ${inside.joinToString("\n") { entry -> "-injars \"$entry\"(!META-INF/**)" }}
                -outjars "$shrunk"
                -libraryjars <java.home>/jmods/java.base.jmod(!**.jar;!module-info.class)
                -libraryjars <java.home>/jmods/java.desktop.jmod(!**.jar;!module-info.class)
                -libraryjars <java.home>/jmods/java.logging.jmod(!**.jar;!module-info.class)
                # As Android's own rules have it, but for what makes ProGuard write code of coroutines that no JVM verifies.
                -optimizations !code/simplification/arithmetic,!code/simplification/cast,!field/*,!class/merging/*,!method/specialization/*
                -allowaccessmodification
                -dontwarn kotlin.**,kotlinx.**,android.**,sun.misc.**
                -ignorewarnings
                -dontnote **
                -keep class dev.crmkit.example.App { void main(java.lang.String[]); }
                -include "${System.getProperty("crmkit.rules")}"
                """.trimIndent(),
            )
        }
        val said = java("-Xmx768m", "-cp", testPath.joined(), "proguard.ProGuard", "@$rules")
        val names = ZipFile(shrunk.toFile()).use { jar -> jar.entries().toList().map { it.name } }
        assertTrue("dev/crmkit/example/CustomersViewModel.class" !in names && "dev/crmkit/example/App.class" in names, said)
        assertEquals("CRM202405010001 likely\n[CRM202405010002, CRM202405010001]\n", java(NATIVE, "-cp", "$shrunk", App::class.java.name))
    }
}
