package dev.crmkit

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption

/** A program that has just started: loads the library, opens a database, lists customers, gets one. */
object Cold {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val start = System.nanoTime()
        Crm.open(arguments[0]).use { crm ->
            val customers = crm.session("lin").customers()
            val number = customers.list().items.first().number
            check(customers.get(number).number == number)
            println((System.nanoTime() - start) / 1e9)
        }
    }
}

/** How long that takes (`kotlin_cold_start`). Not among the tests: `cargo xtask bench kotlin_cold_start` runs it. */
class ColdBench {
    @Test
    fun `a cold start`(@TempDir folder: Path) {
        val path = folder.resolve("crm.db").toString()
        Fixture(path).use { it.me.customers().create(company()) }
        val times = List(7) { java(NATIVE, "-cp", testPath.joined(), Cold::class.java.name, path).trim().toDouble() }.sorted()
        val median = times[times.size / 2]
        println("kotlin_cold_start: $median s, of $times")
        val line = """{"name": "kotlin_cold_start", "value": $median, "unit": "s", "limit": 0.3, "ratio": ${median / 0.3}}""" + "\n"
        System.getenv("CRMKIT_BENCH_OUT")?.let {
            Files.writeString(Path.of(it), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
        }
    }
}
